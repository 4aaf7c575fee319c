//! A scene as pixels, and these as a PNG.

use png::{BitDepth, ColorType, DeflateCompression, Encoder, Filter};
use tiny_skia::{Color, FillRule, LineCap, LineJoin, Paint, Pixmap, Stroke, StrokeDash, Transform};

use crate::error::ChartError;
use crate::palette::{GROUND, Ink};
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
    pixels.fill(color(GROUND));
    for shape in &scene.shapes {
        match shape {
            Shape::Fill { path, ink } => {
                pixels.fill_path(path, &paint(*ink), FillRule::Winding, Transform::identity(), None);
            }
            Shape::Stroke { path, width, dash, ink } => {
                let dash = dash.and_then(|lengths| StrokeDash::new(lengths.to_vec(), 0.0));
                let line_cap = if dash.is_none() { LineCap::Round } else { LineCap::Butt };
                let line_join = LineJoin::Round;
                let stroke = Stroke { width: *width, line_cap, line_join, dash, ..Stroke::default() };
                pixels.stroke_path(path, &paint(*ink), &stroke, Transform::identity(), None);
            }
        }
    }
    Ok(pixels)
}

fn paint(ink: Ink) -> Paint<'static> {
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color(color(ink));
    paint
}

fn color(Ink(rgb, opacity): Ink) -> Color {
    let [_, red, green, blue] = rgb.to_be_bytes();
    Color::from_rgba8(red, green, blue, (opacity * 255.0).round() as u8)
}
