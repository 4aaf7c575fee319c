//! What a browser drew as a small picture: without the empty part below, in 256 colours, and with the digest of the record
//! that it shows.

use std::io::Cursor;

use anyhow::{Context, ensure};
use color_quant::NeuQuant;
use png::{BitDepth, ColorType, Compression, Decoder, Encoder, Filter, Transformations};

/// The keyword of the text in the picture that names the record.
const KEYWORD: &str = "casa24-record";
/// Colours of a palette.
const COLOURS: usize = 256;
/// How carefully colours are chosen, from 1, the most, to 30.
const CARE: i32 = 10;
/// Bytes of a pixel.
const PIXEL: usize = 4;

/// A picture as it is kept.
///
/// # Errors
/// When what was drawn is no PNG, or shows nothing.
pub fn finished(drawn: &[u8], digest: &str) -> anyhow::Result<Vec<u8>> {
    let mut decoder = Decoder::new(Cursor::new(drawn));
    decoder.set_transformations(Transformations::ALPHA | Transformations::STRIP_16);
    let mut reader = decoder.read_info().context("the browser drew no PNG")?;
    let mut pixels = vec![0; reader.output_buffer_size().context("a picture too large for this machine")?];
    let info = reader.next_frame(&mut pixels)?;
    ensure!(info.color_type == ColorType::Rgba, "the browser drew in {:?}", info.color_type);
    pixels.truncate(info.buffer_size());
    let row = info.width as usize * PIXEL;
    let background = pixels.get(pixels.len().saturating_sub(PIXEL)..).unwrap_or_default().to_vec();
    let is_empty = |row: &[u8]| row.chunks_exact(PIXEL).all(|pixel| pixel == background);
    let used =
        pixels.chunks_exact(row).rposition(|row| !is_empty(row)).context("the browser drew nothing")?;
    // The margin above the message is there below it too.
    let above = pixels.chunks_exact(row).position(|row| !is_empty(row)).unwrap_or(0);
    let num_rows = (used + 1 + above).min(info.height as usize);
    pixels.truncate(num_rows * row);
    encoded(&pixels, info.width, u32::try_from(num_rows)?, digest)
}

fn encoded(pixels: &[u8], width: u32, height: u32, digest: &str) -> anyhow::Result<Vec<u8>> {
    let quantiser = NeuQuant::new(CARE, COLOURS, pixels);
    let indices: Vec<u8> = pixels
        .chunks_exact(PIXEL)
        .map(|pixel| u8::try_from(quantiser.index_of(pixel)))
        .collect::<Result<_, _>>()?;
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, width, height);
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_palette(quantiser.color_map_rgb());
    encoder.set_compression(Compression::High);
    // Neighbours in a palette are no neighbours in colour.
    encoder.set_filter(Filter::NoFilter);
    encoder.add_text_chunk(KEYWORD.to_owned(), digest.to_owned())?;
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&indices)?;
    writer.finish()?;
    Ok(bytes)
}

/// The digest of the record that a picture shows; `None` where it names none.
///
/// # Errors
/// When it is no PNG.
pub fn digest_in(picture: &[u8]) -> anyhow::Result<Option<String>> {
    let reader = Decoder::new(Cursor::new(picture)).read_info().context("no PNG")?;
    let texts = &reader.info().uncompressed_latin1_text;
    Ok(texts.iter().find(|text| text.keyword == KEYWORD).map(|text| text.text.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture of some rows, the first of which are black and the last one grey.
    fn drawn(rows: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, 2, rows.len() as u32);
        encoder.set_color(ColorType::Rgba);
        let pixels: Vec<u8> = rows.iter().flat_map(|shade| [*shade, *shade, *shade, 255].repeat(2)).collect();
        encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
        bytes
    }

    #[test]
    fn what_is_empty_below_is_cut_off_and_the_digest_is_kept() {
        let picture = finished(&drawn(&[9, 200, 9, 200, 9, 9, 9, 9]), "24").unwrap();
        let reader = Decoder::new(Cursor::new(&picture)).read_info().unwrap();
        assert_eq!(reader.info().size(), (2, 5));
        assert_eq!(digest_in(&picture).unwrap().as_deref(), Some("24"));
        assert_eq!(digest_in(&drawn(&[9])).unwrap(), None);
        assert!(finished(&drawn(&[9, 9]), "24").is_err());
    }
}
