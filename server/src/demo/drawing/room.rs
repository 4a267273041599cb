//! Plants, vases, cushions and throws.

use super::pen::{Pen, frame};
use super::{GROUND, Look, Tone, tone};

const LEAF: Tone = Tone { base: 0x4f8056, shade: 0x35603f, light: 0x7fa877 };
const FRESH: Tone = Tone { base: 0x7c9e5a, shade: 0x5b7d43, light: 0xa5bf80 };

pub(super) fn plant(pen: &mut Pen, look: &Look) {
    let rim = look.span(0, 228, 256);
    pen.ground(202, GROUND, look.span(1, 62, 80) + 10);
    match look.kind {
        0 => monstera(pen, look, rim),
        1 => snake_plant(pen, look, rim),
        _ => cactus(pen, look, rim),
    }
    flower_pot(pen, look, rim);
}

fn flower_pot(pen: &mut Pen, look: &Look, rim: i32) {
    let half = look.span(1, 62, 80);
    let foot = half * look.span(2, 58, 92) / 100;
    let d = match look.variant(3, 2) {
        0 => format!("M{} {rim}L{} {GROUND}H{}L{} {rim}z", 200 - half, 200 - foot, 200 + foot, 200 + half),
        _ => format!(
            "M{} {rim}C{} {} {} {GROUND} {} {GROUND}H{}C{} {GROUND} {} {} {} {rim}z",
            200 - half,
            200 - half,
            GROUND - 20,
            200 - foot,
            200 - foot * 2 / 3,
            200 + foot * 2 / 3,
            200 + foot,
            200 + half,
            GROUND - 20,
            200 + half
        ),
    };
    pen.surface(&d, frame(200 - half, rim, half * 2, GROUND - rim), look);
    if look.variant(4, 2) == 0 {
        pen.rect(frame(200 - half - 6, rim - 6, half * 2 + 12, 24), 4, look.main.base);
        pen.rect(frame(200 - half - 6, rim + 12, half * 2 + 12, 6), 3, look.main.shade);
    }
}

fn monstera(pen: &mut Pen, look: &Look, rim: i32) {
    let size = look.span(5, 92, 112);
    let turns = [-56, 52, -27, 25, -2];
    for (n, turn) in turns.iter().take(look.span(6, 4, 5) as usize).enumerate() {
        let turn = turn + look.span(7, -8, 8);
        let reach = size + [0, 6, 34, 28, 58][n];
        let green = if n % 2 == 0 { LEAF } else { FRESH };
        pen.turned(turn, 200, rim, |pen| monstera_leaf(pen, 200, rim, reach, green));
    }
}

/// A heart-shaped leaf with slits, standing upright `reach` above its root.
fn monstera_leaf(pen: &mut Pen, x: i32, root: i32, reach: i32, green: Tone) {
    let y = root - reach;
    pen.stroke(&format!("M{x} {root}Q{} {} {x} {}", x + 10, root - reach / 2, y + 16), green.shade, 6);
    let d = format!(
        "M{x} {}C{} {} {} {} {} {}l14 4l-8 12l-14 2C{} {} {} {} {x} {}C{} {} {} {} {} {}l-14 2l-8-12l14-4C{} {} {} {} {x} {}z",
        y + 12,
        x + 20,
        y + 26,
        x + 58,
        y + 14,
        x + 54,
        y - 20,
        x + 44,
        y - 34,
        x + 26,
        y - 58,
        y - 78,
        x - 26,
        y - 58,
        x - 44,
        y - 34,
        x - 36,
        y - 14,
        x - 58,
        y + 14,
        x - 20,
        y + 26,
        y + 12
    );
    pen.path(&d, green.base);
    pen.stroke(
        &format!(
            "M{x} {}V{}M{x} {}l26-16M{x} {}l-26-16M{x} {}l22-16M{x} {}l-22-16",
            y + 8,
            y - 62,
            y,
            y,
            y - 24,
            y - 24
        ),
        green.light,
        3,
    );
}

fn snake_plant(pen: &mut Pen, look: &Look, rim: i32) {
    let tall = look.span(5, 120, 168);
    let blades = [(-34, 70, -16), (34, 76, 15), (-18, 88, -8), (20, 94, 7), (0, 100, 0)];
    for (n, (shift, percent, turn)) in blades.iter().enumerate() {
        let (x, h) = (200 + shift, tall * percent / 100);
        let green = if n % 2 == 0 { LEAF } else { FRESH };
        let top = rim - h;
        let d = format!(
            "M{} {}C{} {} {} {} {x} {top}C{} {} {} {} {} {}z",
            x - 10,
            rim + 6,
            x - 24,
            rim - h / 2,
            x - 12,
            top + 30,
            x + 12,
            top + 30,
            x + 24,
            rim - h / 2,
            x + 10,
            rim + 6
        );
        pen.turned(*turn, x, rim, |pen| {
            pen.path(&d, green.base);
            pen.stroke(&format!("M{x} {}V{}", rim, top + 26), green.light, 4);
        });
    }
}

fn cactus(pen: &mut Pen, look: &Look, rim: i32) {
    let (half, tall) = (look.span(5, 30, 44), look.span(6, 104, 150));
    let top = rim - tall;
    let arm = |pen: &mut Pen, side: i32, y: i32, up: i32| {
        let x = 200 + side * (half + 30);
        pen.stroke(&format!("M200 {y}H{}Q{x} {y} {x} {}V{}", x - side * 18, y - 18, y - up), LEAF.base, 26);
    };
    arm(pen, -1, rim - tall / 3, 58);
    if look.variant(7, 2) == 0 {
        arm(pen, 1, rim - tall / 2, 50);
    }
    let d =
        format!("M{} {}V{}a{half} {half} 0 0 1 {} 0V{}z", 200 - half, rim + 8, top + half, half * 2, rim + 8);
    pen.solid(&d, frame(200 - half, top, half * 2, tall + 8), LEAF);
    let ribs: String =
        [-half / 2, 0, half / 2].iter().map(|s| format!("M{} {}V{}", 200 + s, top + 18, rim)).collect();
    pen.stroke(&ribs, LEAF.light, 3);
    pen.circle(200, top, 9, look.accent.base);
    pen.circle(200, top, 4, look.accent.light);
}

pub(super) fn vase(pen: &mut Pen, look: &Look) {
    match look.kind {
        0 => bottle_vase(pen, look),
        1 => planter(pen, look),
        _ => pitcher(pen, look),
    }
}

fn bottle_vase(pen: &mut Pen, look: &Look) {
    let (belly, neck) = (look.span(0, 46, 88), look.span(1, 14, 34));
    let (top, shoulder) = (look.span(2, 128, 168), look.span(3, 206, 246));
    pen.ground(204, GROUND, belly + 14);
    twig(pen, look, top);
    let lip = neck + look.span(4, 2, 12);
    let foot = belly * 2 / 3;
    let d = format!(
        "M{} {top}C{} {} {} {} {} {}C{} {} {} {GROUND} {} {GROUND}H{}C{} {GROUND} {} {} {} {}C{} {} {} {} {} {top}z",
        200 - lip,
        200 - neck,
        top + 16,
        200 - neck,
        shoulder - 50,
        200 - belly,
        shoulder + 10,
        200 - belly - 10,
        GROUND - 40,
        200 - foot - 8,
        200 - foot,
        200 + foot,
        200 + foot + 8,
        200 + belly + 10,
        GROUND - 40,
        200 + belly,
        shoulder + 10,
        200 + neck,
        shoulder - 50,
        200 + neck,
        top + 16,
        200 + lip
    );
    pen.surface(&d, frame(188 - belly, top, belly * 2 + 24, GROUND - top), look);
    pen.ellipse(200, top, lip, 5, look.main.shade);
}

/// Stems that stand in a vase whose mouth is at `mouth`.
fn twig(pen: &mut Pen, look: &Look, mouth: i32) {
    let stem = tone(0x6d5a45);
    let bud = if look.variant(5, 2) == 0 { look.accent.base } else { FRESH.base };
    let top = mouth - look.span(6, 74, 102);
    for (lean, rise) in [(-34, 14), (30, 0), (4, -16)] {
        let (x, y) = (200 + lean, top + rise);
        pen.stroke(&format!("M200 {}Q200 {} {x} {y}", mouth + 20, (mouth + y) / 2), stem.base, 4);
        match look.variant(7, 3) {
            0 => pen.circle(x, y, 11, bud),
            1 => {
                for step in 0..4 {
                    let (lx, ly) = (200 + lean * (step + 2) / 5, mouth - (mouth - y) * (step + 2) / 5);
                    pen.ellipse(lx + 9, ly - 4, 10, 5, FRESH.base);
                    pen.ellipse(lx - 9, ly + 4, 10, 5, LEAF.base);
                }
            }
            _ => {
                pen.turned(lean / 2, x, y, |pen| pen.ellipse(x, y - 8, 8, 24, bud));
            }
        }
    }
}

fn planter(pen: &mut Pen, look: &Look) {
    let (half, top) = (look.span(0, 84, 112), look.span(1, 190, 222));
    let foot = half * look.span(2, 50, 96) / 100;
    pen.ground(202, GROUND + 8, half);
    let base = if look.variant(3, 2) == 0 { GROUND - 22 } else { GROUND };
    if base < GROUND {
        let legs = format!(
            "M{} {}L{} {GROUND}M{} {}L{} {GROUND}",
            200 - foot + 18,
            base - 20,
            200 - foot + 6,
            200 + foot - 18,
            base - 20,
            200 + foot - 6
        );
        pen.stroke(&legs, tone(0xb58654).base, 12);
    }
    for (n, x) in [-46, -20, 8, 34, 54].iter().enumerate() {
        let lean = x * 3 / 5;
        let tall = look.span(4, 54, 82) - (x * x) / 90;
        pen.turned(lean, 200 + x, top, |pen| {
            pen.ellipse(
                200 + x,
                top - tall / 2,
                15,
                tall / 2 + 14,
                if n % 2 == 0 { LEAF.base } else { FRESH.base },
            );
        });
    }
    let d = format!(
        "M{} {top}C{} {} {} {base} {} {base}H{}C{} {base} {} {} {} {top}z",
        200 - half,
        200 - half,
        base - 30,
        200 - foot - 6,
        200 - foot,
        200 + foot,
        200 + foot + 6,
        200 + half,
        base - 30,
        200 + half
    );
    pen.surface(&d, frame(200 - half, top, half * 2, base - top), look);
    pen.rect(frame(200 - half - 3, top - 5, half * 2 + 6, 12), 6, look.main.shade);
}

fn pitcher(pen: &mut Pen, look: &Look) {
    let (half, top) = (look.span(0, 58, 80), look.span(1, 140, 178));
    let neck = half * look.span(2, 55, 85) / 100;
    pen.ground(204, GROUND, half + 16);
    let reach = 200 + half + look.span(3, 44, 62);
    pen.stroke(
        &format!(
            "M{} {}C{reach} {} {reach} {} {} {}",
            200 + neck - 2,
            top + 26,
            top + 4,
            GROUND - 40,
            200 + half - 8,
            GROUND - 66
        ),
        look.main.shade,
        14,
    );
    let d = format!(
        "M{} {}L{} {top}H{}C{} {} {} {} {} {}C{} {} {} {GROUND} {} {GROUND}H{}C{} {GROUND} {} {} {} {}C{} {} {} {} {} {}z",
        200 - neck - 22,
        top + 2,
        200 - neck + 8,
        200 + neck + 2,
        200 + neck - 4,
        top + 60,
        200 + half,
        GROUND - 110,
        200 + half,
        GROUND - 60,
        200 + half,
        GROUND - 16,
        200 + half - 14,
        200 + half / 2,
        200 - half / 2,
        200 - half + 14,
        200 - half,
        GROUND - 16,
        200 - half,
        GROUND - 60,
        200 - half,
        GROUND - 110,
        200 - neck,
        top + 66,
        200 - neck,
        top + 30
    );
    pen.surface(&d, frame(200 - half - 24, top, half * 2 + 28, GROUND - top), look);
}

pub(super) fn textile(pen: &mut Pen, look: &Look) {
    match look.kind {
        0 => cushion(pen, look),
        1 => throw(pen, look),
        _ => floor_cushion(pen, look),
    }
}

fn cushion(pen: &mut Pen, look: &Look) {
    let (w, h) = (look.span(0, 196, 240), look.span(1, 164, 220));
    let (left, top, right) = (200 - w / 2, GROUND - h, 200 + w / 2);
    let sag = look.span(2, 12, 26);
    pen.ground(200, GROUND - 2, w / 2);
    let d = format!(
        "M{left} {top}Q200 {} {right} {top}Q{} {} {right} {GROUND}Q200 {} {left} {GROUND}Q{} {} {left} {top}z",
        top + sag,
        right - sag,
        top + h / 2,
        GROUND - sag,
        left + sag,
        top + h / 2
    );
    pen.turned(look.span(3, -5, 5), 200, GROUND - h / 2, |pen| {
        pen.surface(&d, frame(left, top, w, h), look);
        if look.variant(4, 3) == 0 {
            for (x, y) in [(left, top), (right, top), (left, GROUND), (right, GROUND)] {
                pen.circle(x, y, 12, look.accent.base);
            }
        } else {
            pen.faint(60, |pen| pen.stroke(&d, look.main.shade, 4));
        }
    });
}

fn throw(pen: &mut Pen, look: &Look) {
    let w = look.span(0, 200, 240);
    let (left, layers) = (200 - w / 2, look.span(1, 3, 4));
    pen.ground(204, GROUND + 2, w / 2 + 8);
    let thick = look.span(2, 38, 48);
    for layer in 0..layers {
        let y = GROUND - (layer + 1) * thick;
        let inset = layer * look.span(3, 2, 8);
        let half = thick / 2;
        let d = format!(
            "M{} {y}H{}a{half} {half} 0 0 1 0 {thick}H{}z",
            left + inset,
            left + w - half,
            left + inset
        );
        pen.surface(&d, frame(left + inset, y, w - inset, thick), look);
        pen.faint(50, |pen| {
            pen.stroke(
                &format!("M{} {}H{}", left + inset, y + thick - 2, left + w - half),
                look.main.shade,
                4,
            )
        });
    }
    let y = GROUND - layers * thick;
    let fringe: String =
        (0..7).map(|n| format!("M{} {}v{}", left + 6 + n * 9, y + thick - 4, 34 + n % 2 * 6)).collect();
    pen.stroke(&fringe, look.accent.base, 4);
}

fn floor_cushion(pen: &mut Pen, look: &Look) {
    let (half, h) = (look.span(0, 112, 134), look.span(1, 96, 138));
    let top = GROUND - h;
    pen.ground(202, GROUND + 2, half);
    let r = h / 2;
    let d = format!(
        "M{} {top}H{}a{r} {r} 0 0 1 0 {}H{}a{r} {r} 0 0 1 0-{}z",
        200 - half + r,
        200 + half - r,
        r * 2,
        200 - half + r,
        r * 2
    );
    pen.surface(&d, frame(200 - half, top, half * 2, h), look);
    pen.ellipse(200, top + 10, half - r / 2 - 8, 14, look.main.light);
    pen.stroke(&format!("M{} {}H{}", 200 - half + 8, top + h / 2, 200 + half - 8), look.accent.base, 5);
    pen.circle(200, top + 10, 7, look.accent.base);
}
