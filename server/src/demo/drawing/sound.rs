//! Speakers and headphones.

use super::pen::{Pen, frame};
use super::{DARK, GROUND, Look, PAPER, STEEL};

pub(super) fn speaker(pen: &mut Pen, look: &Look) {
    match look.kind {
        0 => bookshelf(pen, look),
        1 => portable(pen, look),
        _ => radio(pen, look),
    }
}

/// The round membrane of a speaker.
fn cone(pen: &mut Pen, x: i32, y: i32, r: i32, look: &Look) {
    pen.circle(x, y, r, DARK.shade);
    pen.circle(x, y, r * 9 / 10, look.accent.base);
    pen.circle(x, y, r * 7 / 10, look.accent.shade);
    pen.circle(x, y, r * 3 / 10, DARK.base);
    pen.circle(x - r / 12, y - r / 12, r / 9, DARK.light);
}

fn bookshelf(pen: &mut Pen, look: &Look) {
    let (w, h) = (look.span(0, 144, 178), look.span(1, 222, 256));
    let (left, top, r) = (200 - w / 2, GROUND - h, look.span(2, 4, 26));
    pen.ground(206, GROUND, w * 3 / 5);
    let box_ = |x: i32, y: i32, w: i32, h: i32| {
        format!(
            "M{x} {}q0-{r} {r}-{r}h{}q{r} 0 {r} {r}v{}q0 {r}-{r} {r}h-{}q-{r} 0-{r}-{r}z",
            y + r,
            w - 2 * r,
            h - 2 * r,
            w - 2 * r
        )
    };
    pen.solid(&box_(left, top, w, h), frame(left, top, w, h), look.material);
    pen.solid(
        &box_(left + 12, top + 12, w - 24, h - 24),
        frame(left + 12, top + 12, w - 24, h - 24),
        look.main,
    );
    cone(pen, 200, top + h * 66 / 100, w * 34 / 100, look);
    cone(pen, 200, top + h * 27 / 100, w * look.span(3, 14, 21) / 100, look);
    if look.variant(4, 2) == 0 {
        pen.rect(frame(left + 26, GROUND - 30, 22, 6), 3, PAPER.base);
    }
}

fn portable(pen: &mut Pen, look: &Look) {
    let (w, h) = (look.span(0, 190, 244), look.span(1, 116, 160));
    let (left, top) = (200 - w / 2, GROUND - h);
    let r = (h / 2 - 2).min(look.span(2, 22, 90));
    pen.ground(204, GROUND, w * 11 / 20);
    if look.variant(3, 2) == 0 {
        let rise = look.span(4, 34, 66);
        pen.stroke(
            &format!(
                "M{} {}C{} {} {} {} {} {}",
                left + 34,
                top + 8,
                left + 40,
                top - rise,
                left + w - 40,
                top - rise,
                left + w - 34,
                top + 8
            ),
            look.material.shade,
            11,
        );
    } else {
        pen.stroke(&format!("M{} {}q34 20 20 66", left + w - 8, top + h / 3), look.material.shade, 9);
    }
    let d = format!(
        "M{} {top}h{}a{r} {r} 0 0 1 {r} {r}v{}a{r} {r} 0 0 1-{r} {r}h-{}a{r} {r} 0 0 1-{r}-{r}v-{}a{r} {r} 0 0 1 {r}-{r}z",
        left + r,
        w - 2 * r,
        h - 2 * r,
        w - 2 * r,
        h - 2 * r
    );
    pen.solid(&d, frame(left, top, w, h), look.main);
    let (gx, gy, gw, gh) = (left + 20, top + 24, w - 40, h - 46);
    let mut holes = String::new();
    for row in 0..gh / 14 {
        for column in 0..gw / 14 {
            holes.push_str(&format!("M{} {}h0", gx + 10 + column * 14 + (row % 2) * 5, gy + 8 + row * 14));
        }
    }
    pen.clipped(&d, |pen| pen.stroke(&holes, look.main.shade, 8));
    pen.rect(frame(176, top + 7, 48, 9), 4, look.accent.base);
    pen.circle(left + w - 36, GROUND - 16, 5, look.accent.base);
}

fn radio(pen: &mut Pen, look: &Look) {
    let (w, h) = (look.span(0, 226, 258), look.span(1, 136, 162));
    let (left, top, r) = (200 - w / 2, GROUND - 8 - h, look.span(2, 10, 40));
    pen.ground(204, GROUND, w * 11 / 20);
    pen.stroke(
        &format!("M{} {}L{} {}", left + w - 30, top + 6, left + w - 30 + look.span(3, 10, 50), top - 86),
        STEEL.base,
        5,
    );
    pen.rect(frame(left + 22, GROUND - 14, 30, 14), 4, DARK.base);
    pen.rect(frame(left + w - 52, GROUND - 14, 30, 14), 4, DARK.base);
    let d = format!(
        "M{left} {}q0-{r} {r}-{r}h{}q{r} 0 {r} {r}v{}q0 {r}-{r} {r}h-{}q-{r} 0-{r}-{r}z",
        top + r,
        w - 2 * r,
        h - 2 * r,
        w - 2 * r
    );
    pen.solid(&d, frame(left, top, w, h), look.material);
    let (fx, fy, fw, fh) = (left + 14, top + 14, w - 28, h - 28);
    pen.rect(frame(fx, fy, fw, fh), r / 2, look.main.base);
    let slats: String =
        (0..fh / 11 - 1).map(|n| format!("M{} {}h{}", fx + 16, fy + 14 + n * 11, fw / 2 - 20)).collect();
    pen.stroke(&slats, look.main.shade, 5);
    let (dx, dy, dr) = (fx + fw * 3 / 4, fy + fh / 2 - 6, fh * look.span(4, 27, 34) / 100);
    pen.circle(dx, dy, dr, PAPER.base);
    pen.circle(dx, dy, dr * 3 / 4, PAPER.shade);
    pen.turned(look.span(5, -60, 60), dx, dy, |pen| {
        pen.rect(frame(dx - 2, dy - dr + 2, 5, dr), 2, look.accent.base)
    });
    pen.circle(dx - 26, fy + fh - 13, 8, look.accent.base);
    pen.circle(dx + 26, fy + fh - 13, 8, DARK.base);
}

pub(super) fn headphones(pen: &mut Pen, look: &Look) {
    match look.kind {
        0 => headset(pen, look, look.span(0, 56, 70), look.span(1, 104, 132)),
        1 => headset(pen, look, look.span(0, 40, 50), look.span(1, 76, 96)),
        _ => earbuds(pen, look),
    }
}

/// A headband with a cup on each side, `cw` wide and `ch` high.
fn headset(pen: &mut Pen, look: &Look, cw: i32, ch: i32) {
    let (reach, top) = (look.span(2, 84, 100), look.span(3, 72, 92));
    let cup = GROUND - 20 - ch;
    pen.ground(200, GROUND, reach + 24);
    let band = format!(
        "M{} {}C{} {} {} {top} 200 {top}C{} {top} {} {} {} {}",
        200 - reach,
        cup + 24,
        200 - reach - 6,
        top + 56,
        200 - reach / 2,
        200 + reach / 2,
        200 + reach + 6,
        top + 56,
        200 + reach,
        cup + 24
    );
    pen.stroke(&band, look.main.shade, look.span(4, 15, 22));
    pen.stroke(
        &format!("M{} {}Q200 {} {} {}", 200 - reach / 2, top + 18, top - 6, 200 + reach / 2, top + 18),
        look.accent.base,
        look.span(4, 15, 22) + 5,
    );
    let r = look.span(5, 20, 50).min(cw / 2);
    pen.mirrored(|pen| {
        let x = 200 - reach - cw / 2;
        pen.rect(frame(200 - reach - 5, cup - 26, 10, 60), 5, look.material.base);
        pen.rect(frame(x + cw - 16, cup + 8, 30, ch - 16), 14, DARK.base);
        pen.rect(frame(x, cup, cw, ch), r, look.main.base);
        pen.rect(frame(x + 5, cup + 10, 6, ch - 20), 3, look.main.light);
        pen.rect(frame(x + cw / 2 - 6, cup + ch / 4, 12, ch / 2), 6, look.accent.base);
    });
}

fn earbuds(pen: &mut Pen, look: &Look) {
    let (w, h) = (look.span(0, 148, 184), look.span(1, 96, 118));
    let (left, top) = (200 - w / 2, GROUND - h);
    let r = look.span(2, 26, 46).min(h / 2);
    pen.ground(202, GROUND, w * 3 / 5);
    for (x, turn) in [(154, -14), (246, 14)] {
        let y = look.span(3, 108, 136);
        pen.turned(turn, x, y, |pen| {
            pen.rect(frame(x - 9, y, 18, look.span(4, 56, 84)), 9, look.main.shade);
            pen.circle(x, y, 30, look.main.base);
            pen.ellipse(x + if x < 200 { 20 } else { -20 }, y + 4, 15, 18, DARK.base);
            pen.circle(x - 8, y - 10, 6, look.main.light);
            pen.circle(x, y + 2, 8, look.accent.base);
        });
    }
    let d = format!(
        "M{left} {}q0-{r} {r}-{r}h{}q{r} 0 {r} {r}v{}q0 {r}-{r} {r}h-{}q-{r} 0-{r}-{r}z",
        top + r,
        w - 2 * r,
        h - 2 * r,
        w - 2 * r
    );
    pen.solid(&d, frame(left, top, w, h), look.main);
    pen.stroke(&format!("M{left} {}h{w}", top + h * 2 / 5), look.main.shade, 4);
    pen.circle(200, top + h * 3 / 5 + 4, 6, look.accent.base);
}
