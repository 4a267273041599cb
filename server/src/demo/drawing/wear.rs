//! Boots and watches.

use super::pen::{Pen, frame};
use super::{DARK, GROUND, Look, PAPER, STEEL, tone};

pub(super) fn boot(pen: &mut Pen, look: &Look) {
    pen.ground(204, GROUND + 2, 128);
    match look.kind {
        0 => hiking_boot(pen, look),
        1 => chelsea_boot(pen, look),
        _ => trail_shoe(pen, look),
    }
}

/// A sole from heel to toe; `lugs` gives it a tread.
fn sole(pen: &mut Pen, thick: i32, colour: u32, lugs: bool) {
    let top = GROUND - thick;
    pen.path(
        &format!(
            "M88 {top}H300Q322 {top} 322 {}Q322 {GROUND} 306 {GROUND}H94Q84 {GROUND} 84 {}z",
            top + thick / 2,
            GROUND - 8
        ),
        colour,
    );
    if lugs {
        for n in 0..9 {
            pen.rect(frame(92 + n * 25, GROUND - 5, 15, 11), 2, colour);
        }
    }
}

fn hiking_boot(pen: &mut Pen, look: &Look) {
    let (top, shaft) = (look.span(0, 122, 148), look.span(1, 96, 110));
    let sole_h = look.span(2, 24, 34);
    let base = GROUND - sole_h + 6;
    let toe = look.span(3, 228, 244);
    let d = format!(
        "M96 {top}Q{} {} {} {top}L{} {}Q{} {} 268 {toe}Q318 {} 316 {base}H92Q86 {} 96 {top}z",
        96 + shaft / 2,
        top + 12,
        96 + shaft,
        100 + shaft,
        top + 50,
        108 + shaft,
        toe - 20,
        toe + 12,
        top + 100
    );
    pen.patterned(&d, frame(86, top, 232, base - top), look, super::Pattern::Plain);
    pen.clipped(&d, |pen| {
        pen.path(
            &format!("M258 {}Q300 {} 330 {base}H262Q270 {} 258 {}z", toe - 20, toe - 10, toe + 40, toe - 20),
            look.accent.base,
        );
        pen.path(&format!("M80 {}H116Q132 {} 128 {base}H80z", base - 74, base - 60), look.accent.base);
        pen.rect(frame(86, top - 4, shaft + 24, look.span(4, 20, 30)), 0, look.main.shade);
    });
    laces(pen, look, 96 + shaft, top + 40, toe, 4);
    pen.stroke(&format!("M110 {}v-22", top + 8), look.accent.base, 8);
    sole(pen, sole_h, if look.variant(5, 2) == 0 { DARK.base } else { tone(0xb78e5f).base }, true);
}

/// Lacing down the front edge, from (x, y) to the instep at height `toe`.
fn laces(pen: &mut Pen, look: &Look, x: i32, y: i32, toe: i32, count: i32) {
    for n in 0..count {
        let (lx, ly) = (x - 2 + n * n * 4, y + (toe - y) * n / count);
        pen.stroke(&format!("M{} {}l{} -9", lx - 30, ly + 12, 32), PAPER.base, 5);
        pen.circle(lx - 32, ly + 13, 5, look.accent.shade);
    }
}

fn chelsea_boot(pen: &mut Pen, look: &Look) {
    let (top, shaft) = (look.span(0, 126, 152), look.span(1, 98, 110));
    let sole_h = look.span(2, 12, 22);
    let base = GROUND - sole_h + 4;
    let toe = look.span(3, 256, 270);
    let d = format!(
        "M98 {top}H{}L{} {}Q{} {} 262 {toe}Q314 {} 314 {base}H94Q88 {} 98 {top}z",
        98 + shaft,
        98 + shaft,
        top + 70,
        104 + shaft,
        toe - 14,
        toe + 10,
        top + 110
    );
    pen.patterned(&d, frame(88, top, 228, base - top), look, super::Pattern::Plain);
    let mid = 98 + shaft / 2;
    pen.path(
        &format!(
            "M{} {top}H{}Q{} {} {mid} {}Q{} {} {} {top}z",
            mid - 22,
            mid + 22,
            mid + 16,
            top + 70,
            top + 92,
            mid - 16,
            top + 70,
            mid - 22
        ),
        look.accent.shade,
    );
    let elastic: String = (-2..3).map(|n| format!("M{} {}v56", mid + n * 7, top + 8)).collect();
    pen.stroke(&elastic, look.accent.base, 2);
    pen.stroke(&format!("M104 {}v-24h14v24", top + 4), look.main.shade, 6);
    pen.rect(frame(92, GROUND - sole_h, 60, sole_h), 2, DARK.base);
    sole(pen, sole_h * 2 / 3, DARK.base, false);
}

fn trail_shoe(pen: &mut Pen, look: &Look) {
    let (top, tongue) = (look.span(0, 214, 230), look.span(1, 186, 202));
    let sole_h = look.span(2, 30, 40);
    let base = GROUND - sole_h + 8;
    let d = format!(
        "M92 {top}Q118 {} 156 {}L182 {tongue}Q196 {} 212 {}Q250 {} 286 {}Q320 {} 318 {base}H90Q82 {} 92 {top}z",
        top + 18,
        top + 8,
        tongue - 4,
        tongue + 10,
        top + 36,
        top + 50,
        top + 58,
        top + 50
    );
    pen.patterned(&d, frame(82, tongue - 4, 238, base - tongue + 4), look, super::Pattern::Plain);
    pen.clipped(&d, |pen| {
        let swoop = format!(
            "M80 {}C140 {} 190 {} 240 {}L262 {base}H200Q150 {} 80 {base}z",
            base - 22,
            base - 10,
            top + 30,
            top + 34,
            base - 30
        );
        pen.path(&swoop, look.accent.base);
        pen.path(&format!("M276 {}Q330 {} 330 {base}H286z", top + 40, top + 50), look.main.shade);
    });
    laces(pen, look, 212, tongue + 22, top + 40, 3);
    sole(pen, sole_h, PAPER.base, false);
    pen.path(&format!("M84 {}H318V{GROUND}H94z", GROUND - 10), look.accent.shade);
    for n in 0..9 {
        pen.rect(frame(94 + n * 24, GROUND - 6, 13, 10), 2, DARK.base);
    }
}

pub(super) fn watch(pen: &mut Pen, look: &Look) {
    let (r, strap) = (look.span(0, 74, 90), look.span(1, 58, 74));
    let metal = look.material;
    pen.faint(12, |pen| pen.rect(frame(210 - strap / 2, 24, strap, 366), 12, 0));
    pen.faint(12, |pen| pen.circle(208, 212, r + 12, 0));
    let d = format!(
        "M{} 20H{}L{} 200L{} 380H{}L{} 200z",
        200 - strap / 2 + 6,
        200 + strap / 2 - 6,
        200 + strap / 2 + 6,
        200 + strap / 2 - 6,
        200 - strap / 2 + 6,
        200 - strap / 2 - 6
    );
    pen.patterned(&d, frame(194 - strap / 2, 20, strap + 12, 360), look, super::Pattern::Plain);
    stitching(pen, look, strap, r);
    pen.rect(frame(196 + r, 188, 20, 24), 5, metal.shade);
    if look.kind == 2 {
        pen.rect(frame(186 + r, 148, 18, 16), 4, metal.shade);
        pen.rect(frame(186 + r, 236, 18, 16), 4, metal.shade);
    }
    pen.circle(200, 200, r + 10, metal.shade);
    pen.circle(199, 199, r + 7, metal.base);
    let face = if look.variant(2, 2) == 0 { PAPER.base } else { DARK.base };
    let ink = if face == PAPER.base { DARK.base } else { PAPER.base };
    pen.circle(200, 200, r - 2, if look.kind == 0 { look.accent.shade } else { metal.shade });
    pen.circle(200, 200, r - 8, face);
    dial(pen, look, r - 8, ink);
}

fn stitching(pen: &mut Pen, look: &Look, strap: i32, r: i32) {
    match look.variant(3, 3) {
        0 => {
            let seam = format!(
                "M{} 30V{}M{} 30V{}M{} 370V{}M{} 370V{}",
                208 - strap / 2,
                190 - r,
                192 + strap / 2,
                190 - r,
                208 - strap / 2,
                210 + r,
                192 + strap / 2,
                210 + r
            );
            pen.faint(80, |pen| pen.stroke(&seam, look.main.light, 2));
        }
        1 => pen.rect(frame(200 - strap / 8, 20, strap / 4, 360), 0, look.accent.base),
        _ => {
            for n in 0..5 {
                pen.circle(200, 312 + n * 15, 4, look.main.shade);
            }
        }
    }
}

/// Marks and hands; a chronograph has three small dials.
fn dial(pen: &mut Pen, look: &Look, r: i32, ink: u32) {
    let marks = if look.kind == 1 { 4 } else { 12 };
    for mark in 0..marks {
        let long = if mark % 3 == 0 { 16 } else { 9 };
        pen.turned(mark * 360 / marks, 200, 200, |pen| pen.rect(frame(198, 204 - r, 4, long), 1, ink));
    }
    if look.kind == 2 {
        for (x, y) in [(-1, 0), (1, 0), (0, 1)] {
            pen.circle(200 + x * r / 2, 200 + y * r / 2, r / 5 + 2, ink);
            pen.circle(200 + x * r / 2, 200 + y * r / 2, r / 5, STEEL.light);
        }
    } else if look.variant(4, 2) == 0 {
        pen.rect(frame(200 + r / 2, 192, 20, 16), 2, STEEL.light);
    }
    pen.turned(-58, 200, 200, |pen| pen.rect(frame(196, 200 - r / 2, 8, r / 2 + 8), 4, ink));
    pen.turned(look.span(5, 40, 80), 200, 200, |pen| {
        pen.rect(frame(197, 204 - r * 4 / 5, 6, r * 4 / 5 + 6), 3, ink)
    });
    pen.turned(look.span(6, 100, 250), 200, 200, |pen| {
        pen.rect(frame(199, 206 - r * 17 / 20, 2, r), 1, look.accent.base)
    });
    pen.circle(200, 200, 6, look.accent.base);
}
