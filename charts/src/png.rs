//! A scene as pixels, and these as a PNG.

use png::{BitDepth, ColorType, DeflateCompression, Encoder, Filter};
use tiny_skia::{Color, FillRule, LineCap, LineJoin, Paint, Pixmap, Stroke, StrokeDash, Transform};

use crate::error::ChartError;
use crate::palette::{Colouring, GROUND, Ink};
use crate::scene::{Scene, Shape};

/// The scene as a PNG without transparency.
pub(crate) fn encode(scene: &Scene) -> Result<Vec<u8>, ChartError> {
    let pixels = draw(scene)?;
    // The ground is opaque, so every pixel is.
    let rgb: Vec<u8> =
        pixels.pixels().iter().flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]).collect();
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, scene.width, scene.height);
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    // Measured: even areas compress best unfiltered, and harder levels take longer without being smaller.
    encoder.set_filter(Filter::NoFilter);
    encoder.set_deflate_compression(DeflateCompression::Level(3));
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(&rgb)?;
        writer.finish()
    });
    written.map_err(|_| ChartError::Encoding)?;
    Ok(bytes)
}

fn draw(scene: &Scene) -> Result<Pixmap, ChartError> {
    let mut pixels = Pixmap::new(scene.width, scene.height).ok_or(ChartError::TooLarge)?;
    let color_of = |ink: Ink| color(scene.theme.paint(ink));
    pixels.fill(color_of(GROUND));
    for shape in &scene.shapes {
        match shape {
            Shape::Fill { path, ink } => {
                pixels.fill_path(
                    path,
                    &paint(color_of(*ink)),
                    FillRule::Winding,
                    Transform::identity(),
                    None,
                );
            }
            Shape::Stroke { path, width, dash, ink } => {
                let dash = dash.and_then(|lengths| StrokeDash::new(lengths.to_vec(), 0.0));
                let line_cap = if dash.is_none() { LineCap::Round } else { LineCap::Butt };
                let line_join = LineJoin::Round;
                let stroke = Stroke { width: *width, line_cap, line_join, dash, ..Stroke::default() };
                pixels.stroke_path(path, &paint(color_of(*ink)), &stroke, Transform::identity(), None);
            }
        }
    }
    Ok(pixels)
}

fn paint(color: Color) -> Paint<'static> {
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color(color);
    paint
}

fn color(Colouring(rgb, opacity): Colouring) -> Color {
    let [_, red, green, blue] = rgb.to_be_bytes();
    Color::from_rgba8(red, green, blue, (opacity * 255.0).round() as u8)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::palette::{BAND_80, GOAL};

    /// Width and height, and three bytes a pixel.
    fn decode(bytes: &[u8]) -> (u32, u32, Vec<u8>) {
        let mut reader = png::Decoder::new(Cursor::new(bytes)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut pixels).unwrap();
        (frame.width, frame.height, pixels)
    }

    #[test]
    fn shapes_cover_what_is_below_by_their_opacity() {
        let mut scene = Scene::new(8, 4);
        scene.rectangle((2.0, 0.0), 4.0, 4.0, GOAL);
        scene.rectangle((4.0, 0.0), 4.0, 4.0, BAND_80);
        let (width, height, pixels) = decode(&encode(&scene).unwrap());
        assert_eq!((width, height, pixels.len()), (8, 4, 96));
        let row: Vec<&[u8]> = pixels[..24].chunks(3).collect();
        assert_eq!(row[0], [0x1E, 0x1F, 0x22]);
        assert_eq!(row[2], [0x00, 0x9E, 0x73]);
        // Three tenths of blue on the goal's green, and on the ground.
        for (x, below) in [(4, row[2]), (6, row[0])] {
            for (channel, ink) in [0x4F_u8, 0xA8, 0xFF].into_iter().enumerate() {
                let mixed = 0.7 * f32::from(below[channel]) + 0.3 * f32::from(ink);
                assert!((f32::from(row[x][channel]) - mixed).abs() <= 1.5, "{x} {channel}");
            }
        }
    }

    #[test]
    fn a_picture_without_pixels_is_refused() {
        assert_eq!(encode(&Scene::new(0, 10)), Err(ChartError::TooLarge));
    }
}
