//! The strokes all drawings are made of.
//!
//! It writes SVG text and knows nothing of products. Invariant: every element
//! that is opened is closed, and clip names are unique within a picture.

use std::fmt::Write;

use super::super::vocabulary::Pattern;
use super::{GROUND, Look, Tone, pattern};

/// A rectangle around a part, for patterns and shadows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) w: i32,
    pub(super) h: i32,
}

pub(super) const fn frame(x: i32, y: i32, w: i32, h: i32) -> Frame {
    Frame { x, y, w, h }
}

/// Collects the elements of one picture.
#[derive(Debug)]
pub(super) struct Pen {
    svg: String,
    clips: u32,
}

impl Pen {
    pub(super) fn new(backdrop: u32) -> Pen {
        let mut pen = Pen { svg: String::with_capacity(2_000), clips: 0 };
        pen.put(format_args!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 400 400\">"));
        pen.put(format_args!("<path d=\"M0 0h400v400H0z\" fill=\"#{backdrop:06x}\"/>"));
        pen
    }

    pub(super) fn finish(mut self) -> String {
        self.svg.push_str("</svg>");
        self.svg
    }

    fn put(&mut self, text: std::fmt::Arguments<'_>) {
        self.svg.write_fmt(text).expect("writing to a String does not fail");
    }

    /// The soft shadow something of this width casts where it stands.
    pub(super) fn ground(&mut self, x: i32, y: i32, half: i32) {
        let rise = 6 + half / 16;
        self.put(format_args!(
            "<ellipse cx=\"{x}\" cy=\"{y}\" rx=\"{half}\" ry=\"{rise}\" opacity=\".13\"/>"
        ));
    }

    pub(super) fn path(&mut self, d: &str, fill: u32) {
        self.put(format_args!("<path d=\"{d}\" fill=\"#{fill:06x}\"/>"));
    }

    pub(super) fn rect(&mut self, f: Frame, r: i32, fill: u32) {
        let Frame { x, y, w, h } = f;
        self.put(format_args!("<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\""));
        if r > 0 {
            self.put(format_args!(" rx=\"{r}\""));
        }
        self.put(format_args!(" fill=\"#{fill:06x}\"/>"));
    }

    pub(super) fn ellipse(&mut self, x: i32, y: i32, rx: i32, ry: i32, fill: u32) {
        self.put(format_args!(
            "<ellipse cx=\"{x}\" cy=\"{y}\" rx=\"{rx}\" ry=\"{ry}\" fill=\"#{fill:06x}\"/>"
        ));
    }

    pub(super) fn circle(&mut self, x: i32, y: i32, r: i32, fill: u32) {
        self.put(format_args!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\" fill=\"#{fill:06x}\"/>"));
    }

    /// A line with round ends.
    pub(super) fn stroke(&mut self, d: &str, colour: u32, width: i32) {
        self.put(format_args!(
            "<path d=\"{d}\" fill=\"none\" stroke=\"#{colour:06x}\" stroke-width=\"{width}\" stroke-linecap=\"round\" stroke-linejoin=\"round\"/>"
        ));
    }

    /// Everything `inside` draws shows through by `percent`.
    pub(super) fn faint(&mut self, percent: u32, inside: impl FnOnce(&mut Pen)) {
        self.put(format_args!("<g opacity=\".{percent:02}\">"));
        inside(self);
        self.put(format_args!("</g>"));
    }

    /// Everything `inside` draws is turned around a point, clockwise.
    pub(super) fn turned(&mut self, degrees: i32, x: i32, y: i32, inside: impl FnOnce(&mut Pen)) {
        self.put(format_args!("<g transform=\"rotate({degrees} {x} {y})\">"));
        inside(self);
        self.put(format_args!("</g>"));
    }

    /// Everything `inside` draws is enlarged, and its ground line moved to `ground`.
    pub(super) fn staged(&mut self, percent: i32, ground: i32, inside: impl FnOnce(&mut Pen)) {
        if (percent, ground) == (100, GROUND) {
            return inside(self);
        }
        let (whole, part) = (percent / 100, percent % 100);
        let (x, y) = (200 - 2 * percent, ground - GROUND * percent / 100);
        self.put(format_args!("<g transform=\"translate({x} {y})scale({whole}.{part:02})\">"));
        inside(self);
        self.put(format_args!("</g>"));
    }

    /// Everything `inside` draws is moved.
    pub(super) fn shifted(&mut self, x: i32, y: i32, inside: impl FnOnce(&mut Pen)) {
        self.put(format_args!("<g transform=\"translate({x} {y})\">"));
        inside(self);
        self.put(format_args!("</g>"));
    }

    /// Everything `inside` draws is drawn, and drawn again mirrored left to right.
    pub(super) fn mirrored(&mut self, inside: impl Fn(&mut Pen)) {
        inside(self);
        self.put(format_args!("<g transform=\"matrix(-1 0 0 1 400 0)\">"));
        inside(self);
        self.put(format_args!("</g>"));
    }

    /// What `inside` draws is cut to the outline `d`.
    pub(super) fn clipped(&mut self, d: &str, inside: impl FnOnce(&mut Pen)) {
        let clip = self.clips;
        self.clips += 1;
        self.put(format_args!(
            "<clipPath id=\"c{clip}\"><path d=\"{d}\"/></clipPath><g clip-path=\"url(#c{clip})\">"
        ));
        inside(self);
        self.put(format_args!("</g>"));
    }

    /// A body in one tone: lit from the left, in shadow on the right.
    pub(super) fn solid(&mut self, d: &str, f: Frame, tone: Tone) {
        self.clipped(d, |pen| {
            pen.rect(f, 0, tone.base);
            pen.relief(f, tone);
        });
    }

    /// A body in the product's colour and pattern.
    pub(super) fn surface(&mut self, d: &str, f: Frame, look: &Look) {
        self.patterned(d, f, look, look.pattern);
    }

    /// A body in the product's colour with a pattern of the drawing's choice.
    pub(super) fn patterned(&mut self, d: &str, f: Frame, look: &Look, pattern: Pattern) {
        self.clipped(d, |pen| {
            pen.rect(f, 0, look.main.base);
            pattern::fill(pen, f, look, pattern);
            pen.relief(f, look.main);
        });
    }

    /// Light down the left edge, shadow down the right.
    fn relief(&mut self, f: Frame, tone: Tone) {
        let Frame { x, y, w, h } = f;
        let bow = w / 12;
        let edge = x + w * 72 / 100;
        let shadow = format!("M{edge} {y}q{bow} {} 0 {h}H{}V{y}z", h / 2, x + w);
        self.faint(42, |pen| pen.path(&shadow, tone.shade));
        let lit = frame(x + w / 11, y, w / 14 + 1, h);
        self.faint(45, |pen| pen.rect(lit, 0, tone.light));
    }
}
