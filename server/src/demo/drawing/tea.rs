//! Teapots and kettles.

use super::pen::{Pen, frame};
use super::{DARK, GROUND, Look};

pub(super) fn teapot(pen: &mut Pen, look: &Look) {
    match look.kind {
        0 => pot(pen, look, look.span(0, 78, 100), look.span(1, 128, 168), GROUND),
        1 => kettle(pen, look),
        _ => tea_for_one(pen, look),
    }
}

/// A pot with spout, handle and lid, `half` wide to each side, standing on `base`.
fn pot(pen: &mut Pen, look: &Look, half: i32, h: i32, base: i32) {
    let top = base - h;
    let (left, right) = (200 - half, 200 + half);
    pen.ground(200, GROUND, half + 34);
    let tip = left - look.span(2, 40, 58);
    let spout = format!(
        "M{} {}C{} {} {} {} {tip} {}l16-8C{} {} {} {} {} {}z",
        left + 16,
        base - h / 5,
        left - 20,
        base - h / 5,
        left - 14,
        top + h / 3,
        top + 14,
        left,
        top + 8,
        left,
        top + h / 3,
        left + 26,
        top + h / 3
    );
    pen.path(&spout, look.main.shade);
    let reach = right + look.span(3, 46, 62);
    pen.stroke(
        &format!(
            "M{} {}C{reach} {} {reach} {} {} {}",
            right - 8,
            top + h / 4,
            top - 4,
            base - h / 8,
            right - 14,
            base - h / 3
        ),
        look.material.base,
        13,
    );
    let d = format!(
        "M{} {top}C{} {top} {left} {} {left} {}C{left} {} {} {base} {} {base}H{}C{} {base} {right} {} {right} {}C{right} {} {} {top} {} {top}z",
        200 - half / 2,
        200 - half * 4 / 5,
        top + h / 5,
        base - h / 2,
        base - h / 8,
        left + half / 4,
        200 - half / 2,
        200 + half / 2,
        right - half / 4,
        base - h / 8,
        base - h / 2,
        top + h / 5,
        200 + half * 4 / 5,
        200 + half / 2
    );
    pen.surface(&d, frame(left, top, half * 2, h), look);
    let lid = look.span(4, 12, 30);
    pen.path(
        &format!("M{} {top}Q200 {} {} {top}z", 200 - half / 2 - 4, top - lid * 2, 200 + half / 2 + 4),
        look.accent.base,
    );
    pen.circle(200, top - lid - 6, look.span(5, 8, 13), look.material.base);
}

fn kettle(pen: &mut Pen, look: &Look) {
    let (half, h) = (look.span(0, 84, 104), look.span(1, 116, 146));
    let top = GROUND - h;
    let (left, right) = (200 - half, 200 + half);
    pen.ground(200, GROUND, half + 24);
    let rise = look.span(2, 84, 112);
    pen.stroke(
        &format!(
            "M{} {}C{} {} {} {} {} {}",
            left + 22,
            top + 14,
            left + 8,
            top - rise,
            right - 8,
            top - rise,
            right - 22,
            top + 14
        ),
        DARK.base,
        9,
    );
    pen.stroke(&format!("M162 {}q38-8 76 0", top - rise * 7 / 10), look.material.base, 17);
    pen.path(
        &format!(
            "M{} {}L{} {}l20 -10L{} {}z",
            left + 4,
            top + h * 2 / 3,
            left - 48,
            top + 10,
            left + 40,
            top + 24
        ),
        look.main.shade,
    );
    let d = format!(
        "M{} {top}H{}C{} {} {right} {} {right} {}Q{right} {GROUND} {} {GROUND}H{}Q{left} {GROUND} {left} {}C{left} {} {} {} {} {top}z",
        200 - half / 2,
        200 + half / 2,
        right - 14,
        top + 12,
        top + h / 2,
        GROUND - 14,
        right - 14,
        left + 14,
        GROUND - 14,
        top + h / 2,
        left + 14,
        top + 12,
        200 - half / 2
    );
    pen.surface(&d, frame(left, top, half * 2, h), look);
    pen.path(
        &format!("M{} {top}Q200 {} {} {top}z", 200 - half / 2, top - 34, 200 + half / 2),
        look.main.shade,
    );
    pen.circle(200, top - 22, 10, look.accent.base);
}

fn tea_for_one(pen: &mut Pen, look: &Look) {
    let cup = look.span(0, 64, 80);
    let brim = GROUND - look.span(6, 62, 74);
    pen.ground(200, GROUND, cup + 20);
    pen.stroke(&format!("M{} {}c40-6 38 40-10 38", 200 + cup - 4, brim + 14), look.accent.shade, 11);
    let d = format!(
        "M{} {brim}C{} {} {} {GROUND} {} {GROUND}H{}C{} {GROUND} {} {} {} {brim}z",
        200 - cup,
        200 - cup,
        GROUND - 14,
        200 - cup / 2 - 10,
        200 - cup / 2,
        200 + cup / 2,
        200 + cup / 2 + 10,
        200 + cup,
        GROUND - 14,
        200 + cup
    );
    pen.solid(&d, frame(200 - cup, brim, cup * 2, GROUND - brim), look.accent);
    pot(pen, look, cup - 6, look.span(1, 84, 100), brim + 4);
}
