//! Backpacks and bottles.

use super::pen::{Pen, frame};
use super::{DARK, GROUND, Look, STEEL};

pub(super) fn backpack(pen: &mut Pen, look: &Look) {
    match look.kind {
        0 => daypack(pen, look),
        1 => trekking_pack(pen, look),
        _ => roll_top(pen, look),
    }
}

fn daypack(pen: &mut Pen, look: &Look) {
    let (w, h) = (look.span(0, 156, 186), look.span(1, 210, 238));
    let (left, top, r) = (200 - w / 2, GROUND - h, look.span(2, 50, 84));
    pen.ground(202, GROUND, w * 11 / 20);
    straps(pen, look, w, top);
    pen.stroke(&format!("M178 {}q0-32 22-32t22 32", top + 6), look.accent.shade, 10);
    let d = format!(
        "M{left} {}C{left} {top} {} {top} 200 {top}S{} {top} {} {}V{}q0 24-24 24H{}q-24 0-24-24z",
        top + r,
        left + 20,
        left + w,
        left + w,
        top + r,
        GROUND - 24,
        left + 24
    );
    pen.surface(&d, frame(left, top, w, h), look);
    pen.stroke(
        &format!(
            "M{} {}C{} {} {} {} {} {}",
            left + 20,
            top + r + 14,
            left + 26,
            top + 22,
            left + w - 26,
            top + 22,
            left + w - 20,
            top + r + 14
        ),
        look.accent.base,
        5,
    );
    pocket(pen, look, left + w / 7, GROUND - h * 2 / 5, w * 5 / 7, h * 3 / 10);
    if look.variant(4, 2) == 0 {
        pen.rect(frame(182, top + h * 3 / 10, 36, 26), 4, look.accent.base);
    }
}

/// Straps that show behind both sides of a pack.
fn straps(pen: &mut Pen, look: &Look, w: i32, top: i32) {
    pen.mirrored(|pen| {
        let x = 200 - w / 2;
        pen.stroke(
            &format!(
                "M{} {}C{} {} {} {} {} {}",
                x + 14,
                top + 40,
                x - 34,
                top + 90,
                x - 26,
                GROUND - 60,
                x + 12,
                GROUND - 26
            ),
            look.accent.shade,
            14,
        );
    });
}

fn pocket(pen: &mut Pen, look: &Look, x: i32, y: i32, w: i32, h: i32) {
    pen.rect(frame(x, y, w, h), 16, look.main.shade);
    pen.rect(frame(x + 4, y + 4, w - 8, h - 8), 13, look.main.base);
    pen.stroke(&format!("M{} {}h{}", x + 14, y + h / 4, w - 28), look.accent.base, 5);
    pen.rect(frame(x + w - 30, y + h / 4, 7, 20), 3, look.accent.shade);
}

fn trekking_pack(pen: &mut Pen, look: &Look) {
    let (w, h) = (look.span(0, 134, 160), look.span(1, 244, 264));
    let (left, top) = (200 - w / 2, GROUND - h);
    pen.ground(202, GROUND, w * 13 / 20);
    pen.stroke(&format!("M182 {}q0-24 18-24t18 24", top + 8), DARK.base, 8);
    pen.mirrored(|pen| {
        pen.rect(frame(left - 20, GROUND - h * 9 / 20, 40, h * 7 / 20), 15, look.accent.shade);
    });
    let body =
        format!("M{left} {}H{}V{}q0 26-26 26H{}q-26 0-26-26z", top + 46, left + w, GROUND - 26, left + 26);
    pen.surface(&body, frame(left, top + 46, w, h - 46), look);
    pocket(pen, look, left + w / 8, GROUND - h * 9 / 20, w * 3 / 4, h * 7 / 20);
    let r = look.span(2, 18, 36);
    let lid = format!(
        "M{} {}q0-{r} {r}-{r}h{}q{r} 0 {r} {r}v{}q0 12-12 12H{}q-12 0-12-12z",
        left - 8,
        top + r,
        w + 16 - 2 * r,
        58 - r,
        left + 4
    );
    pen.solid(&lid, frame(left - 8, top, w + 16, 72), look.accent);
    for x in [left + w / 4, left + w * 3 / 4] {
        pen.stroke(&format!("M{x} {}v44", top + 58), DARK.base, 7);
        pen.rect(frame(x - 9, top + 84, 18, 13), 3, DARK.light);
    }
    if look.variant(3, 2) == 0 {
        pen.rect(frame(left - 16, GROUND - 30, w + 32, 30), 15, look.accent.shade);
        pen.ellipse(left - 10, GROUND - 15, 9, 15, look.accent.light);
    }
}

fn roll_top(pen: &mut Pen, look: &Look) {
    let (w, h) = (look.span(0, 150, 180), look.span(1, 214, 244));
    let (left, top) = (200 - w / 2, GROUND - h);
    pen.ground(202, GROUND, w * 11 / 20);
    straps(pen, look, w, top + 20);
    let d = format!(
        "M{} {top}H{}L{} {}V{}q0 20-20 20H{}q-20 0-20-20V{}z",
        left + 14,
        left + w - 14,
        left + w,
        top + 60,
        GROUND - 20,
        left + 20,
        top + 60
    );
    pen.surface(&d, frame(left, top, w, h), look);
    let roll = look.span(2, 26, 38);
    pen.rect(frame(left + 4, top - roll / 2, w - 8, roll), roll / 2, look.main.shade);
    pen.rect(frame(left + 4, top - roll / 2, w - 8, roll * 3 / 5), roll / 3, look.main.base);
    pen.stroke(&format!("M200 {}V{}", top + roll / 2, top + h * 2 / 5), look.accent.base, 13);
    pen.rect(frame(186, top + h * 2 / 5 - 12, 28, 20), 4, DARK.light);
    pen.mirrored(|pen| pen.rect(frame(left + 4, top - roll / 2, 10, roll + 24), 4, look.accent.base));
    pen.stroke(&format!("M{} {}h{}", left + 22, GROUND - h * 3 / 10, w - 44), look.accent.base, 6);
}

pub(super) fn bottle(pen: &mut Pen, look: &Look) {
    match look.kind {
        0 => water_bottle(pen, look),
        1 => flask(pen, look),
        _ => food_jar(pen, look),
    }
}

fn water_bottle(pen: &mut Pen, look: &Look) {
    let (half, h) = (look.span(0, 42, 56), look.span(1, 188, 222));
    let top = GROUND - h;
    let neck = half * look.span(2, 50, 80) / 100;
    pen.ground(203, GROUND, half + 20);
    let slope = look.span(3, 20, 52);
    let d = format!(
        "M{} {top}H{}C{} {} {} {} {} {}V{}q0 18-18 18H{}q-18 0-18-18V{}C{} {} {} {} {} {top}z",
        200 - neck,
        200 + neck,
        200 + neck,
        top + slope / 2,
        200 + half,
        top + slope / 2,
        200 + half,
        top + slope,
        GROUND - 18,
        218 - half,
        top + slope,
        200 - half,
        top + slope / 2,
        200 - neck,
        top + slope / 2,
        200 - neck
    );
    pen.surface(&d, frame(200 - half, top, half * 2, h), look);
    let cap = look.span(4, 26, 40);
    if look.variant(5, 2) == 0 {
        pen.stroke(
            &format!("M{} {}q0-{} {neck}-{}t{neck} {}", 200 - neck + 4, top - cap + 4, 36, 36, 36),
            look.accent.shade,
            9,
        );
    }
    pen.rect(frame(200 - neck - 4, top - cap, neck * 2 + 8, cap), 7, look.accent.base);
    pen.rect(frame(200 - neck - 4, top - 9, neck * 2 + 8, 9), 4, look.accent.shade);
}

fn flask(pen: &mut Pen, look: &Look) {
    let (half, h) = (look.span(0, 48, 60), look.span(1, 206, 236));
    let top = GROUND - h;
    pen.ground(203, GROUND, half + 22);
    if look.variant(2, 2) == 0 {
        let reach = 200 + half + look.span(3, 44, 58);
        pen.stroke(
            &format!(
                "M{} {}H{}Q{reach} {} {reach} {}V{}Q{reach} {} {} {}",
                200 + half - 6,
                top + 84,
                reach - 20,
                top + 84,
                top + 104,
                GROUND - 70,
                GROUND - 48,
                200 + half - 6,
                GROUND - 48
            ),
            DARK.base,
            13,
        );
    }
    let d = format!(
        "M{} {}H{}V{}q0 14-14 14H{}q-14 0-14-14z",
        200 - half,
        top + 58,
        200 + half,
        GROUND - 14,
        214 - half
    );
    pen.surface(&d, frame(200 - half, top + 58, half * 2, h - 58), look);
    let cup = format!(
        "M{} {}L{} {top}H{}L{} {}z",
        200 - half + 2,
        top + 60,
        200 - half + 12,
        200 + half - 12,
        200 + half - 2,
        top + 60
    );
    let metal = if look.variant(4, 2) == 0 { STEEL } else { look.accent };
    pen.solid(&cup, frame(200 - half, top, half * 2, 60), metal);
    pen.rect(frame(200 - half - 2, top + 54, half * 2 + 4, 13), 5, STEEL.shade);
    pen.rect(frame(200 - half, GROUND - 20, half * 2, 8), 0, STEEL.base);
}

fn food_jar(pen: &mut Pen, look: &Look) {
    let (half, h) = (look.span(0, 66, 82), look.span(1, 128, 160));
    let top = GROUND - h;
    pen.ground(203, GROUND, half + 22);
    let r = look.span(2, 14, 44);
    let d = format!(
        "M{} {top}H{}V{}q0 {r}-{r} {r}H{}q-{r} 0-{r}-{r}z",
        200 - half,
        200 + half,
        GROUND - r,
        200 - half + r
    );
    pen.surface(&d, frame(200 - half, top, half * 2, h), look);
    let lid = look.span(3, 36, 54);
    pen.stroke(
        &format!("M{} {}q{}-{} {} 0", 200 - half + 14, top - lid + 6, half - 14, 62, half * 2 - 28),
        look.accent.shade,
        8,
    );
    let d = format!(
        "M{} {top}V{}q0-12 12-12h{}q12 0 12 12V{top}z",
        200 - half - 3,
        top - lid + 12,
        half * 2 - 18
    );
    pen.solid(&d, frame(200 - half - 3, top - lid, half * 2 + 6, lid), look.accent);
    pen.rect(frame(200 - half - 3, top - 4, half * 2 + 6, 8), 3, STEEL.base);
}
