//! Mugs, coffee makers and coffee.

use super::pen::{Pen, frame};
use super::{DARK, GROUND, Look, PAPER, STEEL};

const COFFEE: u32 = 0x4a2c1d;

pub(super) fn mug(pen: &mut Pen, look: &Look) {
    match look.kind {
        0 => plain_mug(pen, look),
        1 => espresso_cup(pen, look),
        _ => tumbler(pen, look),
    }
}

fn plain_mug(pen: &mut Pen, look: &Look) {
    let (w, h, taper) = (look.span(0, 140, 182), look.span(1, 136, 192), look.span(2, -8, 20));
    let (left, top) = (184 - w / 2, GROUND - h);
    let right = left + w;
    pen.ground(190, GROUND, w * 2 / 3);
    let (from, to) = (top + h / 5, top + h * 4 / 5);
    let reach = right + look.span(3, 50, 66);
    let handle = match look.variant(4, 3) {
        0 => format!("M{right} {from}C{reach} {} {reach} {} {} {to}", from - 8, to + 8, right - taper),
        1 => format!(
            "M{right} {from}H{}Q{reach} {from} {reach} {}V{}Q{reach} {to} {} {to}H{}",
            reach - 22,
            from + 22,
            to - 26,
            reach - 22,
            right - taper
        ),
        _ => format!("M{right} {from}C{reach} {from} {reach} {} {} {to}", from + 20, right - taper),
    };
    pen.stroke(&handle, look.main.shade, look.span(5, 13, 19));
    let r = look.span(6, 14, 46);
    let d = format!(
        "M{left} {top}L{} {}Q{} {GROUND} {} {GROUND}H{}Q{} {GROUND} {} {}L{right} {top}z",
        left + taper,
        GROUND - r,
        left + taper,
        left + taper + r,
        right - taper - r,
        right - taper,
        right - taper,
        GROUND - r
    );
    pen.surface(&d, frame(left - 8, top, w + 16, h), look);
    mouth(pen, 184, top, w / 2, look);
}

/// The open top of a cup with coffee in it.
fn mouth(pen: &mut Pen, x: i32, y: i32, half: i32, look: &Look) {
    pen.ellipse(x, y, half, half / 7 + 2, look.main.light);
    pen.ellipse(x, y + 1, half - 6, half / 7 - 2, look.main.shade);
    pen.ellipse(x, y + 4, half - 14, half / 7 - 6, COFFEE);
}

fn espresso_cup(pen: &mut Pen, look: &Look) {
    let (w, h) = (look.span(0, 122, 152), look.span(1, 88, 122));
    let (left, top, base) = (190 - w / 2, GROUND - 16 - h, GROUND - 14);
    let right = left + w;
    let plate = look.span(2, 104, 126);
    pen.ground(190, GROUND + 2, plate);
    pen.ellipse(190, GROUND - 6, plate, 17, look.accent.shade);
    pen.ellipse(190, GROUND - 11, plate, 15, look.accent.base);
    pen.ellipse(190, GROUND - 11, plate * 2 / 3, 9, look.accent.shade);
    let reach = right + look.span(3, 34, 46);
    let handle = format!(
        "M{} {}C{reach} {} {reach} {} {} {}",
        right - 4,
        top + 16,
        top + 6,
        top + h * 3 / 4,
        right - w / 6,
        top + h * 3 / 5
    );
    pen.stroke(&handle, look.main.shade, 12);
    let foot = w * look.span(4, 20, 32) / 100;
    let d = format!(
        "M{left} {top}C{left} {} {} {base} {} {base}H{}C{} {base} {right} {} {right} {top}z",
        top + h * 4 / 5,
        190 - foot - w / 9,
        190 - foot,
        190 + foot,
        190 + foot + w / 9,
        top + h * 4 / 5
    );
    pen.surface(&d, frame(left, top, w, h + 4), look);
    mouth(pen, 190, top, w / 2, look);
}

fn tumbler(pen: &mut Pen, look: &Look) {
    let (w, h, taper) = (look.span(0, 116, 140), look.span(1, 196, 236), look.span(2, 8, 20));
    let (left, top) = (200 - w / 2, GROUND - h);
    let right = left + w;
    pen.ground(204, GROUND, w * 2 / 3);
    let d = format!(
        "M{left} {top}L{} {}q2 14 16 14H{}q14 0 16-14L{right} {top}z",
        left + taper,
        GROUND - 14,
        right - taper - 16
    );
    pen.surface(&d, frame(left, top, w, h), look);
    let lid = look.span(3, 22, 34);
    pen.rect(frame(left - 6, top - lid, w + 12, lid + 6), 9, look.accent.base);
    pen.rect(frame(left - 6, top, w + 12, 6), 3, look.accent.shade);
    pen.rect(frame(left + 12, top - lid - 12, w / 3, 14), 6, look.accent.shade);
}

pub(super) fn coffee_maker(pen: &mut Pen, look: &Look) {
    match look.kind {
        0 => espresso_machine(pen, look),
        1 => moka_pot(pen, look),
        _ => pour_over(pen, look),
    }
}

fn espresso_machine(pen: &mut Pen, look: &Look) {
    let (w, h) = (look.span(0, 196, 240), look.span(1, 196, 236));
    let (left, top, r) = (200 - w / 2, GROUND - h, look.span(2, 8, 30));
    pen.ground(204, GROUND, w * 3 / 5);
    let body = format!("M{left} {}q0-{r} {r}-{r}h{}q{r} 0 {r} {r}v{}h-{w}z", top + r, w - 2 * r, h - r);
    pen.solid(&body, frame(left, top, w, h), look.main);
    for cup in 0..look.span(3, 1, 3) {
        pen.rect(frame(left + 30 + cup * 52, top - 24, 38, 24), 8, PAPER.base);
    }
    pen.rect(frame(left + 8, top - 5, w - 16, 8), 4, STEEL.base);
    pen.rect(frame(left + 18, top + h * 2 / 5, w - 36, h * 2 / 5), 8, DARK.base);
    pen.circle(left + 46, top + h / 5, 19, PAPER.base);
    pen.stroke(&format!("M{} {}l10-9", left + 46, top + h / 5), look.accent.base, 4);
    for knob in 0..look.span(4, 2, 3) {
        pen.circle(left + w - 40 - knob * 34, top + h / 5, 11, look.accent.base);
    }
    let head = top + h * 2 / 5;
    pen.rect(frame(176, head, 48, 18), 3, STEEL.base);
    pen.rect(frame(170, head + 18, 60, 14), 6, STEEL.shade);
    pen.rect(frame(226, head + 20, 62, 11), 5, look.material.shade);
    pen.rect(frame(184, head + 46, 32, 26), 8, PAPER.base);
    pen.rect(frame(left - 6, GROUND - 26, w + 12, 26), 6, STEEL.base);
    pen.rect(frame(left - 6, GROUND - 12, w + 12, 12), 6, STEEL.shade);
}

fn moka_pot(pen: &mut Pen, look: &Look) {
    let (w, h) = (look.span(0, 120, 146), look.span(1, 186, 222));
    let (top, waist) = (GROUND - h, GROUND - h * 9 / 20);
    let half = w / 2;
    pen.ground(198, GROUND, w * 2 / 3);
    let metal = look.material;
    let low = format!(
        "M{} {waist}L{} {GROUND}H{}L{} {waist}z",
        200 - half * 3 / 4,
        200 - half,
        200 + half,
        200 + half * 3 / 4
    );
    pen.solid(&low, frame(200 - half, waist, w, h / 2), metal);
    pen.stroke(&format!("M{} {}h34q16 0 12 20l-14 74", 200 + half * 3 / 4, top + 20), DARK.base, 15);
    let high = format!(
        "M{} {waist}L{} {top}L{} {}L{} {top}H{}L{} {waist}z",
        200 - half * 3 / 4,
        200 - half + 4,
        200 - half - 22,
        top + 8,
        200 - half + 20,
        200 + half,
        200 + half * 3 / 4
    );
    pen.solid(&high, frame(200 - half - 22, top, w + 22, h / 2 + 10), look.main);
    pen.rect(frame(200 - half * 3 / 4 - 6, waist - 7, half * 3 / 2 + 12, 14), 5, metal.shade);
    let facets = format!(
        "M{} {top}L{} {waist}M{} {top}L{} {waist}",
        200 - half / 3,
        200 - half / 4,
        200 + half / 3,
        200 + half / 4
    );
    pen.faint(35, |pen| pen.stroke(&facets, look.main.shade, 3));
    pen.path(&format!("M{} {top}L200 {}L{} {top}z", 200 - half, top - 26, 200 + half), look.main.shade);
    pen.circle(200, top - 30, 11, look.accent.base);
}

fn pour_over(pen: &mut Pen, look: &Look) {
    let (w, h) = (look.span(0, 130, 164), look.span(1, 110, 134));
    let top = GROUND - h;
    let half = w / 2;
    pen.ground(200, GROUND, w * 3 / 5);
    let jug = format!(
        "M168 {top}C168 {} {} {} {} {}Q{} {GROUND} {} {GROUND}H{}Q{} {GROUND} {} {}C{} {} 232 {} 232 {top}z",
        top + 30,
        200 - half,
        top + 30,
        200 - half,
        GROUND - 30,
        200 - half,
        200 - half + 26,
        200 + half - 26,
        200 + half,
        200 + half,
        GROUND - 30,
        200 + half,
        top + 30,
        top + 30
    );
    pen.clipped(&jug, |pen| {
        pen.faint(75, |pen| pen.rect(frame(200 - half, top, w, h), 0, 0xf4f8f8));
        pen.rect(frame(200 - half, GROUND - h / 2, w, h / 2), 0, COFFEE);
        pen.faint(30, |pen| pen.rect(frame(200 - half + 14, top, 12, h), 0, 0xffffff));
    });
    pen.stroke(&format!("M{} {}c44-14 44 60 2 58", 200 + half - 6, top + 48), look.material.base, 11);
    let cone = look.span(2, 76, 96);
    let lip = top - look.span(3, 92, 116);
    let d = format!("M{} {lip}H{}L222 {}H178z", 200 - cone, 200 + cone, top - 8);
    pen.solid(&d, frame(200 - cone, lip, cone * 2, top - lip), look.main);
    pen.stroke(&format!("M{} {}c40 0 40 46 4 46", 200 + cone - 14, lip + 20), look.main.shade, 10);
    pen.path(
        &format!(
            "M{} {lip}L{} {}H{}L{} {lip}z",
            200 - cone + 14,
            200 - cone + 22,
            lip - 18,
            200 + cone - 22,
            200 + cone - 14
        ),
        PAPER.base,
    );
    pen.rect(frame(154, top - 10, 92, 12), 6, look.accent.base);
}

/// A bag of coffee; the emblem on its label belongs to the series.
pub(super) fn coffee(pen: &mut Pen, look: &Look) {
    let (w, h) = (look.span(0, 160, 192), look.span(1, 216, 248));
    let (left, top) = (200 - w / 2, GROUND - h);
    pen.ground(204, GROUND, w * 3 / 5);
    let d = format!(
        "M{} {top}H{}L{} {}Q{} {GROUND} {} {GROUND}H{}Q{} {GROUND} {left} {}z",
        left + 8,
        left + w - 8,
        left + w,
        GROUND - 16,
        left + w,
        left + w - 16,
        left + 16,
        left,
        GROUND - 16
    );
    pen.surface(&d, frame(left, top, w, h), look);
    pen.rect(frame(left + 2, top - 8, w - 4, 26), 4, look.main.shade);
    pen.rect(frame(left - 4, top + 2, w + 8, 8), 4, look.accent.base);
    let (x, y, lw, lh) = (left + w / 7, top + h * 3 / 10, w * 5 / 7, h * 11 / 20);
    pen.rect(frame(x, y, lw, lh), 4, PAPER.base);
    let (mid, eye) = (x + lw / 2, y + lh * 2 / 5);
    match look.variant(2, 4) {
        0 => pen.circle(mid, eye, lw / 5, look.accent.base),
        1 => pen.path(
            &format!(
                "M{} {}L{mid} {}L{} {}z",
                mid - lw / 3,
                eye + lw / 5,
                eye - lw / 4,
                mid + lw / 3,
                eye + lw / 5
            ),
            look.accent.base,
        ),
        2 => {
            for wave in 0..3 {
                let d = format!(
                    "M{} {}q{q} -14 {p} 0t{p} 0",
                    x + 16,
                    eye - 14 + wave * 18,
                    q = (lw - 32) / 4,
                    p = (lw - 32) / 2
                );
                pen.stroke(&d, look.accent.base, 6);
            }
        }
        _ => {
            pen.turned(28, mid, eye, |pen| {
                pen.ellipse(mid, eye, lw / 6, lw / 4, COFFEE);
                pen.stroke(
                    &format!("M{mid} {}q-10 {} 0 {}t0 {}", eye - lw / 4, lw / 8, lw / 4, lw / 4),
                    PAPER.base,
                    4,
                );
            });
        }
    }
    pen.rect(frame(mid - lw / 4, y + lh * 7 / 10, lw / 2, 7), 3, look.main.shade);
    pen.rect(frame(mid - lw / 6, y + lh * 16 / 20, lw / 3, 5), 2, PAPER.shade);
}
