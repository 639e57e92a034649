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
    pixmap.encode_png().map_err(|e| trouble(&e.to_string()))
}

fn trouble(reason: &str) -> Error {
    Error::system("draw", "a chart", std::io::Error::other(reason.to_string()))
}
