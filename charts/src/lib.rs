//! A chart's specification in; PNG or SVG out.
