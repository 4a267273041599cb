//! Lamps and chairs.

use super::pen::{Pen, frame};
use super::{DARK, GLOW, GROUND, Look};

pub(super) fn lamp(pen: &mut Pen, look: &Look) {
    match look.kind {
        0 => table_lamp(pen, look),
        1 => floor_lamp(pen, look),
        _ => pendant(pen, look),
    }
}

/// A lampshade whose lower edge is `half` to each side of `x` at `y`; its light falls below.
fn shade(pen: &mut Pen, look: &Look, x: i32, y: i32, half: i32, h: i32) {
    let top = y - h;
    let neck = half * look.span(3, 35, 85) / 100;
    let fall =
        format!("M{} {y}L{} {}H{}L{} {y}z", x - half + 6, x - half - 34, y + 96, x + half + 34, x + half - 6);
    pen.faint(38, |pen| pen.path(&fall, GLOW));
    pen.ellipse(x, y, half - 4, 9, GLOW);
    let d = match look.variant(4, 3) {
        0 => format!("M{} {y}L{} {top}H{}L{} {y}z", x - half, x - neck, x + neck, x + half),
        1 => format!(
            "M{} {y}C{} {} {} {top} {x} {top}C{} {top} {} {} {} {y}z",
            x - half,
            x - half,
            y - h,
            x - half / 2,
            x + half / 2,
            x + half,
            y - h,
            x + half
        ),
        _ => format!(
            "M{} {y}V{}Q{} {top} {} {top}H{}Q{} {top} {} {}V{y}z",
            x - half,
            top + 20,
            x - half,
            x - half + 22,
            x + half - 22,
            x + half,
            x + half,
            top + 20
        ),
    };
    pen.surface(&d, frame(x - half, top, half * 2, h), look);
}

fn table_lamp(pen: &mut Pen, look: &Look) {
    let (half, h) = (look.span(0, 70, 96), look.span(1, 78, 112));
    let edge = look.span(2, 182, 208);
    pen.ground(202, GROUND, 64);
    let bulge = look.span(5, 5, 40);
    let stem = format!(
        "M194 {edge}C194 {} {} {} {} {}Q{} {GROUND} 200 {GROUND}T{} {}C{} {} 206 {} 206 {edge}z",
        edge + 40,
        200 - bulge,
        edge + 50,
        200 - bulge,
        GROUND - 40,
        200 - bulge,
        200 + bulge,
        GROUND - 40,
        200 + bulge,
        edge + 50,
        edge + 40
    );
    pen.solid(&stem, frame(200 - bulge - 6, edge, bulge * 2 + 12, GROUND - edge), look.material);
    let foot = look.span(6, 44, 62);
    pen.rect(frame(200 - foot, GROUND - 12, foot * 2, 12), 6, look.material.shade);
    shade(pen, look, 200, edge, half, h);
}

fn floor_lamp(pen: &mut Pen, look: &Look) {
    let (half, h) = (look.span(0, 54, 74), look.span(1, 60, 84));
    let edge = look.span(2, 132, 152);
    pen.ground(200, GROUND + 14, 72);
    let floor = GROUND + 12;
    if look.variant(6, 2) == 0 {
        let legs = format!(
            "M200 {edge}V{}M200 {}L146 {floor}M200 {}L254 {floor}M200 {}V{floor}",
            edge + 60,
            edge + 56,
            edge + 56,
            edge + 56
        );
        pen.stroke(&legs, look.material.base, 9);
        pen.circle(200, edge + 58, 11, look.material.shade);
    } else {
        pen.stroke(&format!("M200 {edge}V{floor}"), look.material.base, 9);
        pen.rect(frame(146, floor - 10, 108, 12), 6, look.material.shade);
    }
    shade(pen, look, 200, edge, half, h);
}

fn pendant(pen: &mut Pen, look: &Look) {
    let (half, h) = (look.span(0, 84, 122), look.span(1, 82, 128));
    let edge = look.span(2, 226, 254);
    pen.stroke(&format!("M200 0V{}", edge - h), DARK.base, 4);
    pen.rect(frame(188, edge - h - 22, 24, 26), 6, look.material.base);
    shade(pen, look, 200, edge, half, h);
    pen.ellipse(200, edge + 2, 22, 13, 0xfff6d6);
}

pub(super) fn chair(pen: &mut Pen, look: &Look) {
    match look.kind {
        0 => dining_chair(pen, look),
        1 => lounge_chair(pen, look),
        _ => stool(pen, look),
    }
}

fn dining_chair(pen: &mut Pen, look: &Look) {
    let (half, seat) = (look.span(0, 70, 84), look.span(1, 212, 226));
    let top = look.span(2, 84, 112);
    pen.ground(202, GROUND + 12, half + 12);
    let (left, right, floor) = (200 - half, 200 + half, GROUND + 10);
    let splay = look.span(3, 2, 16);
    let posts = format!(
        "M{} {seat}L{} {top}M{} {seat}L{} {top}",
        left + 10,
        left + 10 - splay / 2,
        right - 10,
        right - 10 + splay / 2
    );
    pen.stroke(&posts, look.material.shade, 11);
    match look.variant(4, 3) {
        0 => {
            let d = format!(
                "M{} {}q{} -26 {} 0v52q-{} -22 -{} 0z",
                left - 4,
                top + 12,
                half + 4,
                half * 2 + 8,
                half + 4,
                half * 2 + 8
            );
            pen.surface(&d, frame(left - 4, top - 14, half * 2 + 8, 80), look);
        }
        1 => {
            let bars: String = (1..5)
                .map(|bar| format!("M{} {}V{seat}", left + 10 + bar * (half * 2 - 20) / 5, top + 16))
                .collect();
            pen.stroke(&bars, look.material.base, 7);
            pen.rect(frame(left - 6, top - 4, half * 2 + 12, 28), 13, look.main.base);
            pen.rect(frame(left - 6, top + 12, half * 2 + 12, 12), 6, look.main.shade);
        }
        _ => {
            let d = format!(
                "M{left} {}q0-24 24-24h{}q24 0 24 24v{}h-{}z",
                top + 24,
                half * 2 - 48,
                seat - top - 44,
                half * 2
            );
            pen.surface(&d, frame(left, top, half * 2, seat - top), look);
        }
    }
    let legs = format!(
        "M{} {seat}L{} {floor}M{} {seat}L{} {floor}",
        left + 8,
        left - splay,
        right - 8,
        right + splay
    );
    pen.stroke(
        &format!(
            "M{} {seat}L{} {}M{} {seat}L{} {}",
            left + 30,
            left + 26,
            floor - 22,
            right - 30,
            right - 26,
            floor - 22
        ),
        look.material.shade,
        9,
    );
    pen.stroke(&legs, look.material.base, 12);
    let cushion = format!(
        "M{} {}q0-16 18-16h{}q18 0 18 16v14q0 8-10 8H{}q-10 0-10-8z",
        left - 8,
        seat - 4,
        half * 2 - 20,
        left + 2
    );
    pen.solid(&cushion, frame(left - 8, seat - 22, half * 2 + 16, 42), look.main);
}

fn lounge_chair(pen: &mut Pen, look: &Look) {
    let (half, seat) = (look.span(0, 104, 124), look.span(1, 238, 252));
    let top = look.span(2, 120, 150);
    let (left, right, floor) = (200 - half, 200 + half, GROUND + 10);
    pen.ground(200, floor + 2, half + 16);
    let legs = format!(
        "M{} {}L{} {floor}M{} {}L{} {floor}",
        left + 34,
        seat + 50,
        left + 14,
        right - 34,
        seat + 50,
        right - 14
    );
    pen.stroke(&legs, look.material.base, 12);
    let r = look.span(3, 30, 84);
    let back = format!(
        "M{} {}q0-{r} {r}-{r}h{}q{r} 0 {r} {r}V{}H{}z",
        left + 16,
        top + r,
        (half - 16) * 2 - 2 * r,
        seat + 30,
        left + 16
    );
    pen.surface(&back, frame(left + 16, top, half * 2 - 32, seat + 30 - top), look);
    let pad = format!("M{} {}q0-18 18-18h{}q18 0 18 18v24H{}z", left + 34, seat, half * 2 - 104, left + 34);
    pen.solid(
        &pad,
        frame(left + 34, seat - 18, half * 2 - 68, 44),
        super::Tone { base: look.main.light, ..look.main },
    );
    let base = format!("M{left} {}h{}v22q0 18-18 18H{}q-18 0-18-18z", seat + 16, half * 2, left + 18);
    pen.solid(&base, frame(left, seat + 16, half * 2, 42), look.main);
    let (arm, thick) = (look.span(4, 34, 62), look.span(5, 26, 38));
    for x in [left - 6, right + 6 - thick] {
        pen.rect(frame(x, seat - arm, thick, arm + 50), thick / 2, look.main.shade);
        pen.rect(frame(x + 3, seat - arm, thick - 8, arm + 46), thick / 2 - 4, look.main.base);
    }
}

fn stool(pen: &mut Pen, look: &Look) {
    let (half, seat) = (look.span(0, 66, 90), look.span(1, 176, 212));
    let floor = GROUND + 10;
    let splay = look.span(2, 4, 26);
    pen.ground(200, floor, half + splay);
    let (l, r) = (200 - half + 16, 200 + half - 16);
    pen.stroke(
        &format!("M190 {seat}L186 {}M210 {seat}L214 {}", floor - 18, floor - 18),
        look.material.shade,
        9,
    );
    let bar = seat + (floor - seat) * look.span(3, 45, 70) / 100;
    pen.stroke(&format!("M{} {bar}H{}", l - splay / 2, r + splay / 2), look.material.shade, 7);
    pen.stroke(
        &format!("M{l} {seat}L{} {floor}M{r} {seat}L{} {floor}", l - splay, r + splay),
        look.material.base,
        12,
    );
    let thick = look.span(4, 18, 44);
    let d = format!(
        "M{} {}q0-{thick} {thick}-{thick}h{}q{thick} 0 {thick} {thick}q0 12-14 12H{}q-14 0-14-12z",
        200 - half,
        seat,
        half * 2 - thick * 2,
        214 - half
    );
    pen.surface(&d, frame(200 - half, seat - thick, half * 2, thick + 12), look);
}
