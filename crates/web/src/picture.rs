//! SVG to PNG, for links that are shown with a picture and for charts that go into a document.

use std::sync::{Arc, LazyLock};

use resvg::{tiny_skia, usvg};

use crate::error::{Error, Result};

/// The fonts of the pages: a picture must look the same on every machine, with whatever fonts it has.
static FONTS: LazyLock<Arc<usvg::fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = usvg::fontdb::Database::new();
    for font in [
        &include_bytes!("../../../site/fonts/newsreader-600.ttf")[..],
        &include_bytes!("../../../site/fonts/public-sans-400.ttf")[..],
        &include_bytes!("../../../site/fonts/public-sans-600.ttf")[..],
    ] {
        fonts.load_font_data(font.to_vec());
    }
    fonts.set_serif_family("Newsreader");
    fonts.set_sans_serif_family("Public Sans");
    Arc::new(fonts)
});

/// Draws an SVG of ours, `scale` pixels to its unit.
///
/// # Errors
/// [`Error::Picture`] where the SVG cannot be read or the picture would have no size.
pub(crate) fn png(svg: &str, scale: f32) -> Result<Vec<u8>> {
    let wrong = |message: String| Error::Picture { message };
    let options =
        usvg::Options { fontdb: Arc::clone(&FONTS), font_family: "Public Sans".to_owned(), ..usvg::Options::default() };
    let tree = usvg::Tree::from_str(svg, &options).map_err(|error| wrong(error.to_string()))?;
    let size = tree.size().to_int_size().scale_by(scale).ok_or_else(|| wrong("a picture without size".to_owned()))?;
    let mut pixels = tiny_skia::Pixmap::new(size.width(), size.height())
        .ok_or_else(|| wrong("a picture without size".to_owned()))?;
    pixels.fill(tiny_skia::Color::WHITE);
    resvg::render(&tree, tiny_skia::Transform::from_scale(scale, scale), &mut pixels.as_mut());
    encode(&pixels).map_err(|error| wrong(error.to_string()))
}

/// A drawing fills its field, so that no pixel is transparent; and it is pressed lightly, since a site has thousands.
fn encode(pixels: &tiny_skia::Pixmap) -> std::result::Result<Vec<u8>, png::EncodingError> {
    let rgb: Vec<u8> =
        pixels.data().as_chunks::<4>().0.iter().flat_map(|[red, green, blue, _]| [*red, *green, *blue]).collect();
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, pixels.width(), pixels.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&rgb)?;
    writer.finish()?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_drawn_with_the_fonts_of_the_pages() {
        let svg = |text: &str| {
            format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 80 20\" width=\"80\" height=\"20\"><text x=\"2\" y=\"15\" font-family=\"Newsreader\" font-size=\"14\">{text}</text></svg>"
            )
        };
        let (with, without) = (png(&svg("Łódź"), 2.0).unwrap_or_default(), png(&svg(""), 2.0).unwrap_or_default());
        assert!(with.starts_with(b"\x89PNG") && without.starts_with(b"\x89PNG"));
        assert_ne!(with, without, "there is ink");
        assert_eq!(&with[16..24], &[0, 0, 0, 160, 0, 0, 0, 40], "two pixels to the unit");
        assert!(matches!(png("no picture", 1.0), Err(Error::Picture { .. })));
    }
}
