//! A scene as an SVG document: paths only, so that it looks the same wherever it is shown.

use std::fmt::{self, Write};

use tiny_skia::{Path, PathSegment};

use crate::palette::{Colouring, GROUND};
use crate::scene::{Scene, Shape};

/// The scene as an SVG document whose title is `alt`.
pub(crate) fn write(scene: &Scene, alt: &str) -> String {
    let Scene { width, height, shapes, theme } = scene;
    let mut svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" stroke-linejoin="round">"#
    );
    if !alt.is_empty() {
        let _ = write!(svg, "<title>{}</title>", Escaped(alt));
    }
    let _ =
        write!(svg, r#"<path d="M0 0h{width}v{height}h-{width}z"{}/>"#, Colour("fill", theme.paint(GROUND)));
    for shape in shapes {
        let _ = match shape {
            Shape::Fill { path, ink } => {
                write!(svg, r#"<path d="{}"{}/>"#, Data(path), Colour("fill", theme.paint(*ink)))
            }
            Shape::Stroke { path, width, dash: None, ink } => write!(
                svg,
                r#"<path d="{}" fill="none"{} stroke-width="{width}" stroke-linecap="round"/>"#,
                Data(path),
                Colour("stroke", theme.paint(*ink))
            ),
            Shape::Stroke { path, width, dash: Some([stroke, gap]), ink } => write!(
                svg,
                r#"<path d="{}" fill="none"{} stroke-width="{width}" stroke-dasharray="{stroke} {gap}"/>"#,
                Data(path),
                Colour("stroke", theme.paint(*ink))
            ),
        };
    }
    svg.push_str("</svg>\n");
    svg
}

/// An attribute with a colour, and one with its opacity where it is not opaque.
struct Colour(&'static str, Colouring);

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(name, Colouring(rgb, opacity)) = self;
        write!(f, r##" {name}="#{rgb:06x}""##)?;
        if *opacity < 1.0 { write!(f, r#" {name}-opacity="{opacity}""#) } else { Ok(()) }
    }
}

/// The commands of a path, relative and in hundredths of a pixel: most of a document is outlines of letters.
struct Data<'a>(&'a Path);

impl fmt::Display for Data<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut pen, mut last_command) = ((0, 0), 'M');
        for segment in self.0.segments() {
            let (command, points, num_points) = match segment {
                PathSegment::MoveTo(to) => ('M', [to; 3], 1),
                PathSegment::LineTo(to) => ('l', [to; 3], 1),
                PathSegment::QuadTo(by, to) => ('q', [by, to, to], 2),
                PathSegment::CubicTo(by, then, to) => ('c', [by, then, to], 3),
                // The next command is a `M`, which needs no pen.
                PathSegment::Close => {
                    f.write_char('z')?;
                    last_command = 'z';
                    continue;
                }
            };
            let start = if command == 'M' { (0, 0) } else { pen };
            // A command that follows itself is not repeated, but after `M` comes a line.
            let repeats = command == last_command && command != 'M';
            if !repeats {
                f.write_char(command)?;
            }
            last_command = command;
            for (index, point) in points[..num_points].iter().enumerate() {
                pen = (hundredths(point.x), hundredths(point.y));
                Number { hundredths: pen.0 - start.0, is_first: index == 0 && !repeats }.fmt(f)?;
                Number { hundredths: pen.1 - start.1, is_first: false }.fmt(f)?;
            }
        }
        Ok(())
    }
}

fn hundredths(pixels: f32) -> i64 {
    (pixels * 100.0).round() as i64
}

/// A number without needless zeros, apart from the one before it.
struct Number {
    hundredths: i64,
    is_first: bool,
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.hundredths.abs() / 100, self.hundredths.abs() % 100);
        if self.hundredths < 0 {
            f.write_char('-')?;
        } else if !self.is_first {
            f.write_char(' ')?;
        }
        match (whole, part) {
            (_, 0) => write!(f, "{whole}"),
            (0, part) if part % 10 == 0 => write!(f, ".{}", part / 10),
            (0, part) => write!(f, ".{part:02}"),
            (_, part) if part % 10 == 0 => write!(f, "{whole}.{}", part / 10),
            (_, part) => write!(f, "{whole}.{part:02}"),
        }
    }
}

/// A text as XML character data; characters that XML 1.0 does not allow become U+FFFD.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '\t' | '\n' | '\r' => f.write_char(' ')?,
                '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => f.write_char('\u{fffd}')?,
                _ => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use roxmltree::Document;
    use tiny_skia::PathBuilder;

    use super::*;
    use crate::palette::BAND_80;

    #[test]
    fn paths_are_written_relative_and_short() {
        let mut path = PathBuilder::new();
        path.move_to(10.0, 20.5);
        path.line_to(12.25, 20.0);
        path.line_to(12.25, 20.0);
        path.line_to(12.25, 21.0);
        path.line_to(12.25, 20.0);
        path.quad_to(12.0, 19.0, 12.3, 19.0);
        path.close();
        path.move_to(-1.0, 0.0);
        path.cubic_to(0.0, 0.0, 1.0, 1.0, 99.05, 0.0);
        let path = path.finish().unwrap();
        assert_eq!(
            Data(&path).to_string(),
            "M10 20.5l2.25-.5 0 0 0 1 0-1q-.25-1 .05-1zM-1 0c1 0 2 1 100.05 0"
        );
    }

    #[test]
    fn a_line_keeps_its_width_its_dash_and_its_opacity() {
        let mut scene = Scene::new(100, 50);
        scene.line(&[(1.0, 2.0), (3.0, 4.0)], 1.5, BAND_80, Some([6.0, 5.0]));
        let svg = write(&scene, "");
        let document = Document::parse(&svg).unwrap();
        let line = document.descendants().find(|node| node.has_attribute("stroke-dasharray")).unwrap();
        let given = ["d", "fill", "stroke", "stroke-opacity", "stroke-width", "stroke-dasharray"]
            .map(|name| line.attribute(name));
        assert_eq!(given, ["M1 2l2 2", "none", "#4fa8ff", "0.3", "1.5", "6 5"].map(Some));
        assert_eq!(document.root_element().attribute("viewBox"), Some("0 0 100 50"));
    }

    proptest! {
        #[test]
        fn any_text_is_a_title(text in any::<String>()) {
            let svg = write(&Scene::new(10, 10), &text);
            let document = Document::parse(&svg).unwrap();
            prop_assert_eq!(document.root_element().attribute("role"), Some("img"));
            let title = document.descendants().find(|node| node.has_tag_name("title"));
            let allowed = |c: char| match c {
                '\t' | '\n' | '\r' => ' ',
                '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
                _ => c,
            };
            let shown: String = text.chars().map(allowed).collect();
            prop_assert_eq!(title.and_then(|title| title.text()).unwrap_or_default(), shown);
        }
    }
}
