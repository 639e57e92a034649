//! A chart's SVG rendered to PNG with the vendored font only, so that the bytes are the same everywhere.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use crate::error::{Error, Result};
use crate::report::chart::font;

/// Pixels of the PNG for one unit of the SVG: sharp on screens of high density and in print.
const SCALE: f32 = 2.0;

/// Reads an SVG as the renderer sees it.
///
/// # Errors
///
/// Text that is no SVG.
pub(super) fn parse(svg: &str) -> Result<Tree> {
    let options =
        Options { fontdb: font::database(), font_family: "Noto Sans".to_string(), ..Options::default() };
    Tree::from_str(svg, &options).map_err(|e| trouble(&e.to_string()))
}

/// Renders an SVG, such as a chart of this program, to PNG at twice its size.
///
/// Text is set in the font that the build carries; no font of the machine is used.
///
/// # Errors
///
/// Text that is no SVG, or a picture too large for memory.
pub fn render(svg: &str) -> Result<Vec<u8>> {
    let tree = parse(svg)?;
    let size = tree.size();
    let pixels = |length: f32| (length * SCALE).ceil() as u32;
    let mut pixmap = Pixmap::new(pixels(size.width()), pixels(size.height()))
        .ok_or_else(|| trouble("it is too large for a picture"))?;
    resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut pixmap.as_mut());
    encoded(&pixmap).map_err(|e| trouble(&e.to_string()))
}

/// A picture as PNG. Charts have a white ground, so nothing is transparent, and large parts are alike, so no filter of rows
/// compresses best.
fn encoded(pixmap: &Pixmap) -> std::result::Result<Vec<u8>, png::EncodingError> {
    let opaque: Vec<u8> =
        pixmap.pixels().iter().flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]).collect();
    let mut out = vec![];
    let mut encoder = png::Encoder::new(&mut out, pixmap.width(), pixmap.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::High);
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&opaque)?;
    writer.finish()?;
    Ok(out)
}

fn trouble(reason: &str) -> Error {
    Error::system("draw", "a chart", std::io::Error::other(reason.to_string()))
}
