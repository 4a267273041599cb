//! Jackets and knitwear, laid flat.

use super::pen::{Pen, frame};
use super::{DARK, Look, Pattern, STEEL};

/// The outline of a garment's body from shoulder to hem.
struct Cut {
    half: i32,
    shoulder: i32,
    hem: i32,
    neck: i32,
}

impl Cut {
    fn body(&self) -> String {
        let (h, s) = (self.half, self.shoulder);
        format!(
            "M{} {s}Q200 {} {} {s}L{} {}L{} {}L{} {}H{}L{} {}L{} {}z",
            200 - self.neck,
            s + 26,
            200 + self.neck,
            200 + h - 8,
            s + 22,
            200 + h,
            s + 76,
            200 + h - 2,
            self.hem,
            200 - h + 2,
            200 - h,
            s + 76,
            200 - h + 8,
            s + 22
        )
    }

    /// The left sleeve, hanging; the right one is its mirror image.
    fn sleeve(&self, cuff: i32, width: i32) -> String {
        let (h, s) = (self.half, self.shoulder);
        format!(
            "M{} {}C{} {} {} {} {} {cuff}L{} {}C{} {} {} {} {} {}z",
            200 - h + 12,
            s + 18,
            200 - h - 26,
            s + 34,
            200 - h - 38,
            s + 90,
            200 - h - 46,
            200 - h - 46 + width,
            cuff + 6,
            200 - h - 10,
            s + 150,
            200 - h - 4,
            s + 110,
            200 - h + 8,
            s + 90
        )
    }
}

fn cut(look: &Look) -> Cut {
    Cut {
        half: look.span(0, 76, 92),
        shoulder: look.span(1, 92, 106),
        hem: look.span(2, 318, 346),
        neck: look.span(3, 34, 42),
    }
}

fn sleeves(pen: &mut Pen, look: &Look, cut: &Cut, pattern: Pattern) {
    let (cuff, width) = (cut.hem - look.span(4, 14, 40), look.span(5, 36, 46));
    let sleeve = cut.sleeve(cuff, width);
    let f = frame(200 - cut.half - 48, cut.shoulder, 70, cuff - cut.shoulder + 8);
    pen.mirrored(|pen| {
        pen.patterned(&sleeve, f, look, pattern);
        pen.stroke(
            &format!("M{} {}L{} {}", 200 - cut.half - 42, cuff - 4, 200 - cut.half - 50 + width, cuff),
            look.accent.shade,
            9,
        );
    });
}

pub(super) fn jacket(pen: &mut Pen, look: &Look) {
    let cut = cut(look);
    pen.ground(204, cut.hem + 8, cut.half + 40);
    match look.kind {
        0 => rain_shell(pen, look, &cut),
        1 => down_jacket(pen, look, &cut),
        _ => overshirt(pen, look, &cut),
    }
}

fn body_frame(cut: &Cut) -> super::pen::Frame {
    frame(200 - cut.half, cut.shoulder, cut.half * 2, cut.hem - cut.shoulder)
}

fn rain_shell(pen: &mut Pen, look: &Look, cut: &Cut) {
    sleeves(pen, look, cut, Pattern::Plain);
    let (s, n) = (cut.shoulder, cut.neck);
    let hood = format!(
        "M{} {}C{} {} {} {} 200 {}S{} {} {} {}z",
        200 - n - 8,
        s + 8,
        200 - n - 22,
        s - 56,
        200 - n / 2,
        s - 64,
        s - 64,
        200 + n + 22,
        s - 56,
        200 + n + 8,
        s + 8
    );
    pen.solid(&hood, frame(200 - n - 20, s - 64, n * 2 + 40, 74), look.main);
    pen.ellipse(200, s - 14, n * 3 / 4, 28, look.accent.shade);
    pen.surface(&cut.body(), body_frame(cut), look);
    pen.stroke(&format!("M200 {}V{}", s - 2, cut.hem - 2), look.accent.base, 6);
    pen.rect(frame(196, s + 6, 8, 18), 3, STEEL.light);
    pen.mirrored(|pen| {
        pen.stroke(
            &format!("M{} {}l{} -44", 200 - cut.half * 2 / 3, cut.hem - 36, cut.half / 4),
            look.accent.shade,
            6,
        )
    });
    if look.variant(6, 2) == 0 {
        pen.stroke(&format!("M{} {}h34", 200 + cut.half / 4, s + 76), look.accent.base, 5);
    }
}

fn down_jacket(pen: &mut Pen, look: &Look, cut: &Cut) {
    sleeves(pen, look, cut, Pattern::Plain);
    let pitch = look.span(6, 24, 36);
    let mut seams = String::new();
    let mut y = cut.shoulder + 30;
    while y < cut.hem - 8 {
        seams.push_str(&format!(
            "M{} {y}q{half} 9 {} 0",
            150 - cut.half,
            cut.half * 2 + 100,
            half = cut.half + 50
        ));
        y += pitch;
    }
    pen.surface(&cut.body(), body_frame(cut), look);
    pen.clipped(&cut.body(), |pen| pen.faint(60, |pen| pen.stroke(&seams, look.main.shade, 4)));
    let sleeve = cut.sleeve(cut.hem - look.span(4, 14, 40), look.span(5, 36, 46));
    pen.mirrored(|pen| {
        pen.clipped(&sleeve, |pen| pen.faint(60, |pen| pen.stroke(&seams, look.main.shade, 4)))
    });
    pen.rect(frame(200 - cut.neck - 4, cut.shoulder - 26, cut.neck * 2 + 8, 42), 14, look.main.shade);
    pen.rect(frame(200 - cut.neck - 4, cut.shoulder - 26, cut.neck * 2 - 10, 42), 12, look.main.base);
    pen.stroke(&format!("M200 {}V{}", cut.shoulder - 20, cut.hem - 2), look.accent.base, 6);
    pen.mirrored(|pen| {
        pen.stroke(&format!("M{} {}l8 -36", 200 - cut.half * 2 / 3, cut.hem - 40), look.accent.shade, 6)
    });
}

fn overshirt(pen: &mut Pen, look: &Look, cut: &Cut) {
    sleeves(pen, look, cut, look.pattern);
    pen.surface(&cut.body(), body_frame(cut), look);
    let (s, n) = (cut.shoulder, cut.neck);
    pen.path(&format!("M{} {s}Q200 {} {} {s}L200 {}z", 200 - n, s + 16, 200 + n, s + 40), look.accent.shade);
    pen.mirrored(|pen| {
        pen.path(
            &format!(
                "M{} {}L{} {}L200 {}L{} {}z",
                200 - n - 4,
                s + 2,
                200 - n + 4,
                s - 14,
                s + 34,
                200 - n / 2 - 14,
                s + 52
            ),
            look.main.shade,
        )
    });
    pen.stroke(&format!("M200 {}V{}", s + 36, cut.hem), look.main.shade, 4);
    for button in 0..5 {
        pen.circle(208, s + 58 + button * (cut.hem - s - 80) / 4, 5, look.accent.light);
    }
    pen.mirrored(|pen| {
        let (x, y) = (200 - cut.half * 3 / 4, s + 74);
        pen.rect(frame(x, y, cut.half / 2, 52), 4, look.main.shade);
        pen.rect(frame(x + 3, y + 16, cut.half / 2 - 6, 33), 3, look.main.base);
        pen.circle(x + cut.half / 4, y + 11, 4, look.accent.light);
    });
}

pub(super) fn knitwear(pen: &mut Pen, look: &Look) {
    let cut = cut(look);
    pen.ground(204, cut.hem + 8, cut.half + 40);
    sleeves(pen, look, &cut, look.pattern);
    pen.surface(&cut.body(), body_frame(&cut), look);
    knit(pen, look, &cut);
    rib(pen, look, 200 - cut.half, cut.hem - 22, cut.half * 2, 24);
    match look.kind {
        0 => crew_neck(pen, look, &cut),
        1 => {
            let (w, h) = (cut.neck * 2, look.span(6, 36, 50));
            pen.rect(frame(200 - cut.neck, cut.shoulder - h + 18, w, h), 10, look.main.shade);
            rib(pen, look, 200 - cut.neck, cut.shoulder - h + 18, w, h * 3 / 5);
        }
        _ => cardigan_front(pen, look, &cut),
    }
}

/// Small stitches that tell wool from cloth.
fn knit(pen: &mut Pen, look: &Look, cut: &Cut) {
    let mut stitches = String::new();
    let mut y = cut.shoulder + 50;
    while y < cut.hem - 34 {
        stitches.push_str(&format!("M{} {y}", 200 - cut.half + 8));
        for _ in 0..(cut.half * 2 - 16) / 24 {
            stitches.push_str("l6 7l6-7m12 0");
        }
        y += 24;
    }
    pen.clipped(&cut.body(), |pen| pen.faint(35, |pen| pen.stroke(&stitches, look.main.shade, 3)));
}

fn rib(pen: &mut Pen, look: &Look, x: i32, y: i32, w: i32, h: i32) {
    pen.rect(frame(x, y, w, h), 7, look.main.base);
    let lines: String = (1..w / 10).map(|n| format!("M{} {}v{}", x + n * 10, y + 3, h - 6)).collect();
    pen.faint(60, |pen| pen.stroke(&lines, look.main.shade, 3));
}

fn crew_neck(pen: &mut Pen, look: &Look, cut: &Cut) {
    let (s, n) = (cut.shoulder, cut.neck);
    pen.path(
        &format!(
            "M{} {}Q200 {} {} {}Q200 {} {} {}z",
            200 - n,
            s - 2,
            s - 16,
            200 + n,
            s - 2,
            s + 34,
            200 - n,
            s - 2
        ),
        DARK.light,
    );
    pen.stroke(&format!("M{} {s}Q200 {} {} {s}", 200 - n, s + 36, 200 + n), look.main.shade, 15);
    pen.stroke(&format!("M{} {s}Q200 {} {} {s}", 200 - n, s + 36, 200 + n), look.main.base, 9);
}

fn cardigan_front(pen: &mut Pen, look: &Look, cut: &Cut) {
    let (s, n) = (cut.shoulder, cut.neck);
    let vee = s + look.span(6, 80, 120);
    pen.path(&format!("M{} {}Q200 {} {} {}L200 {vee}z", 200 - n, s, s - 14, 200 + n, s), look.accent.shade);
    pen.mirrored(|pen| pen.stroke(&format!("M{} {}L200 {vee}", 200 - n, s), look.main.shade, 13));
    pen.stroke(&format!("M200 {vee}V{}", cut.hem - 2), look.main.shade, 15);
    for button in 0..4 {
        pen.circle(200, vee + 14 + button * (cut.hem - vee - 30) / 3, 6, look.accent.light);
    }
}
