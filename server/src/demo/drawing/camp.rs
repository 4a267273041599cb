//! Tents, sleeping bags and lanterns.

use super::pen::{Pen, frame};
use super::{DARK, GLOW, GROUND, Look, STEEL, Tone, tone};

pub(super) fn tent(pen: &mut Pen, look: &Look) {
    pen.ground(200, GROUND + 2, 166);
    match look.kind {
        0 => dome(pen, look),
        1 => tunnel(pen, look),
        _ => tipi(pen, look),
    }
}

fn dome(pen: &mut Pen, look: &Look) {
    let (half, top) = (look.span(0, 128, 152), look.span(1, 132, 170));
    let d = format!(
        "M{} {GROUND}C{} {} {} {top} 200 {top}C{} {top} {} {} {} {GROUND}z",
        200 - half,
        200 - half + 20,
        top + 60,
        200 - half / 2,
        200 + half / 2,
        200 + half - 20,
        top + 60,
        200 + half
    );
    pen.surface(&d, frame(200 - half, top, half * 2, GROUND - top), look);
    let door = look.span(2, 38, 56);
    let x = 200 + look.span(3, -30, 10);
    let high = top + (GROUND - top) * look.span(4, 22, 34) / 100;
    let opening = format!(
        "M{} {GROUND}C{} {} {} {high} {x} {high}C{} {high} {} {} {} {GROUND}z",
        x - door,
        x - door + 4,
        high + 50,
        x - door / 2,
        x + door / 2,
        x + door - 4,
        high + 50,
        x + door
    );
    pen.path(&opening, DARK.base);
    pen.path(
        &format!(
            "M{x} {high}C{} {high} {} {} {} {GROUND}H{}C{} {} {} {} {x} {high}z",
            x + door / 2,
            x + door - 4,
            high + 50,
            x + door,
            x + door / 3,
            x + door / 2,
            high + 90,
            x + door / 4,
            high + 40
        ),
        look.accent.base,
    );
    let poles = format!(
        "M{} {GROUND}C{} {} 170 {top} 200 {top}M{} {GROUND}C{} {} 230 {top} 200 {top}",
        200 - half,
        200 - half + 20,
        top + 60,
        200 + half,
        200 + half - 20,
        top + 60
    );
    pen.stroke(&poles, look.accent.shade, 4);
    pegs(pen, half);
}

fn pegs(pen: &mut Pen, half: i32) {
    pen.mirrored(|pen| {
        pen.stroke(
            &format!("M{} {}L{} {GROUND}", 200 - half + 18, GROUND - 70, 200 - half - 26),
            STEEL.shade,
            2,
        );
    });
}

fn tunnel(pen: &mut Pen, look: &Look) {
    let (half, top) = (look.span(0, 136, 156), look.span(1, 168, 192));
    let (left, right) = (200 - half, 200 + half);
    let low = top + look.span(2, 22, 54);
    let front = left + look.span(3, 76, 98);
    let d = format!(
        "M{left} {GROUND}C{left} {} {} {top} {front} {top}C{} {top} {} {low} {} {}Q{} {} {right} {GROUND}z",
        top + 50,
        left + 24,
        right - 90,
        right - 40,
        right - 20,
        low + 30,
        right - 4,
        GROUND - 60
    );
    pen.surface(&d, frame(left, top, half * 2, GROUND - top), look);
    let mouth = format!(
        "M{} {GROUND}C{} {} {} {} {} {}C{} {} {} {} {} {GROUND}z",
        left + 16,
        left + 16,
        top + 66,
        left + 38,
        top + 24,
        left + 58,
        top + 24,
        left + 84,
        top + 24,
        front + 18,
        top + 70,
        front + 20
    );
    pen.path(&mouth, DARK.base);
    pen.path(
        &format!(
            "M{} {}C{} {} {} {} {} {GROUND}H{}Q{} {} {} {}z",
            left + 58,
            top + 24,
            left + 84,
            top + 24,
            front + 18,
            top + 70,
            front + 20,
            front - 10,
            front - 4,
            top + 90,
            left + 58,
            top + 24
        ),
        look.accent.base,
    );
    for x in [front + 30, front + (right - front) * 3 / 5] {
        pen.faint(60, |pen| {
            pen.stroke(
                &format!("M{x} {}Q{} {} {} {GROUND}", top + (x - front) / 9, x + 34, top + 70, x + 26),
                look.main.shade,
                4,
            )
        });
    }
    pegs(pen, half);
}

fn tipi(pen: &mut Pen, look: &Look) {
    let (half, top) = (look.span(0, 104, 130), look.span(1, 96, 124));
    let wood = tone(0xa87c4f);
    pen.stroke(
        &format!(
            "M200 {}L182 {}M200 {}L219 {}M200 {}L203 {}",
            top + 8,
            top - 34,
            top + 8,
            top - 32,
            top + 8,
            top - 42
        ),
        wood.base,
        6,
    );
    let sag = look.span(2, 0, 14);
    let d = format!(
        "M192 {top}H208Q{} {} {} {GROUND}H{}Q{} {} 192 {top}z",
        200 + half / 2 - sag,
        (top + GROUND) / 2,
        200 + half,
        200 - half,
        200 - half / 2 + sag,
        (top + GROUND) / 2
    );
    pen.surface(&d, frame(200 - half, top, half * 2, GROUND - top), look);
    let door = look.span(3, 30, 46);
    let high = GROUND - look.span(4, 104, 138);
    pen.path(&format!("M200 {high}L{} {GROUND}H{}z", 200 - door, 200 + door), DARK.base);
    pen.path(
        &format!(
            "M200 {high}L{} {GROUND}H{}Q{} {} 200 {high}z",
            200 - door,
            200 - door - 26,
            200 - door / 2 - 12,
            GROUND - 60
        ),
        look.accent.base,
    );
    pegs(pen, half);
}

pub(super) fn sleeping_bag(pen: &mut Pen, look: &Look) {
    match look.kind {
        0 => mummy(pen, look),
        1 => quilt(pen, look),
        _ => mat(pen, look),
    }
}

fn mummy(pen: &mut Pen, look: &Look) {
    let (half, foot) = (look.span(0, 62, 76), look.span(1, 34, 48));
    let (top, bottom) = (66, 342);
    pen.turned(look.span(2, -12, 12), 200, 204, |pen| {
        let d = format!("M200 {top}C{} {top} {} 128 {} 168C{} 250 {} 300 {} {bottom}H{}C{} 300 {} 250 {} 168C{} 128 {} {top} 200 {top}z",
            200 - half, 200 - half + 2, 200 - half, 200 - half, 200 - foot - 4, 200 - foot, 200 + foot, 200 + foot + 4, 200 + half, 200 + half, 200 + half - 2, 200 + half);
        pen.faint(13, |pen| pen.shifted(7, 9, |pen| pen.path(&d, 0)));
        pen.surface(&d, frame(200 - half, top, half * 2, bottom - top), look);
        let pitch = look.span(3, 22, 34);
        let mut y = 176;
        let mut seams = String::new();
        while y < bottom - 8 {
            seams.push_str(&format!("M{} {y}q{half} 14 {} 0", 200 - half, half * 2));
            y += pitch;
        }
        pen.clipped(&d, |pen| pen.faint(55, |pen| pen.stroke(&seams, look.main.shade, 4)));
        pen.ellipse(200, 122, half * 11 / 20, 38, look.accent.shade);
        pen.ellipse(200, 126, half * 9 / 20, 31, look.accent.base);
        pen.stroke(&format!("M{} 150Q{} 200 {} 262", 200 + half / 3, 200 + half / 2, 200 + half / 3), look.accent.base, 5);
    });
}

fn quilt(pen: &mut Pen, look: &Look) {
    let (w, h) = (look.span(0, 206, 240), look.span(1, 132, 168));
    let (left, top) = (200 - w / 2, GROUND - h);
    pen.ground(202, GROUND, w * 11 / 20);
    let d = format!(
        "M{left} {}q0-26 26-26h{}q26 0 26 26v{}q0 20-20 20H{}q-20 0-20-20z",
        top + 26,
        w - 52,
        h - 46,
        left + 20
    );
    pen.surface(&d, frame(left, top, w, h), look);
    let (nx, ny) = (look.span(2, 3, 5), look.span(3, 2, 4));
    let mut seams = String::new();
    for n in 1..nx {
        seams.push_str(&format!("M{} {top}v{h}", left + w * n / nx));
    }
    for n in 1..ny {
        seams.push_str(&format!("M{left} {}h{w}", top + h * n / ny));
    }
    pen.clipped(&d, |pen| pen.faint(55, |pen| pen.stroke(&seams, look.main.shade, 4)));
    let fold = format!(
        "M{left} {}q0-26 26-26h{}q26 0 26 26q0 22-26 22H{}q-26 0-26-22z",
        top + 26,
        w - 52,
        left + 26
    );
    pen.solid(&fold, frame(left, top, w, 48), look.accent);
    pen.stroke(&format!("M{} {top}v-22h34v22", left + w / 2 - 17), look.accent.shade, 6);
}

fn mat(pen: &mut Pen, look: &Look) {
    let (w, r) = (look.span(0, 180, 222), look.span(1, 48, 62));
    let (left, y) = (206 - w / 2, GROUND - r);
    pen.ground(204, GROUND, w * 11 / 20);
    let d = format!("M{left} {}H{}a{} {r} 0 0 1 0 {}H{left}z", y - r, left + w - r / 3, r / 3, r * 2);
    pen.surface(&d, frame(left, y - r, w, r * 2), look);
    for x in [left + w / 3, left + w * 3 / 4] {
        pen.rect(frame(x, y - r - 3, 15, r * 2 + 4), 4, look.accent.base);
        pen.rect(frame(x - 3, y - 12, 21, 24), 5, look.accent.shade);
    }
    pen.ellipse(left, y, r * 5 / 8, r, look.main.light);
    let spiral = format!(
        "M{left} {}a{} {} 0 1 1-{} {}a{} {} 0 1 0 {} {}",
        y - r * 3 / 4,
        r * 3 / 8,
        r * 3 / 4,
        r / 4,
        r / 3,
        r / 4,
        r / 2,
        r / 8,
        r / 3
    );
    pen.stroke(&spiral, look.main.shade, 5);
}

pub(super) fn lantern(pen: &mut Pen, look: &Look) {
    match look.kind {
        0 => camp_lantern(pen, look),
        1 => headlamp(pen, look),
        _ => torch(pen, look),
    }
}

fn camp_lantern(pen: &mut Pen, look: &Look) {
    let half = look.span(0, 50, 68);
    let (top, glass) = (look.span(1, 142, 162), look.span(2, 72, 100));
    let foot = top + 30 + glass;
    pen.ground(202, GROUND, half + 22);
    pen.stroke(
        &format!(
            "M{} {}C{} {} {} {} {} {}",
            200 - half,
            top + 20,
            200 - half - 8,
            top - 92,
            200 + half + 8,
            top - 92,
            200 + half,
            top + 20
        ),
        STEEL.shade,
        6,
    );
    pen.circle(200, top + 30 + glass / 2, glass, GLOW);
    pen.faint(45, |pen| pen.circle(200, top + 30 + glass / 2, glass * 5 / 4, GLOW));
    pen.rect(frame(200 - half + 8, top + 24, half * 2 - 16, glass + 12), 10, 0xfff4cf);
    pen.ellipse(200, top + 30 + glass / 2, 13, glass / 3, 0xffd66b);
    let cage = format!(
        "M{} {}v{glass}M200 {}v{glass}M{} {}v{glass}",
        200 - half + 14,
        top + 30,
        top + 30,
        200 + half - 14,
        top + 30
    );
    pen.stroke(&cage, look.main.shade, 5);
    let cap = format!(
        "M{} {}Q{} {top} 200 {top}T{} {}z",
        200 - half - 6,
        top + 32,
        200 - half / 2,
        200 + half + 6,
        top + 32
    );
    pen.solid(&cap, frame(200 - half - 6, top - 16, half * 2 + 12, 50), look.main);
    pen.rect(frame(190, top - 6, 20, 16), 5, look.accent.base);
    let d =
        format!("M{} {foot}H{}L{} {GROUND}H{}z", 200 - half, 200 + half, 200 + half + 12, 200 - half - 12);
    pen.solid(&d, frame(200 - half - 12, foot, half * 2 + 24, GROUND - foot), look.main);
    pen.circle(200, (foot + GROUND) / 2, 12, look.accent.base);
}

fn headlamp(pen: &mut Pen, look: &Look) {
    let (rx, ry) = (look.span(0, 108, 126), look.span(1, 76, 98));
    let y = 214;
    let width = look.span(2, 24, 34);
    pen.ground(200, GROUND - 10, rx);
    let ring = format!("M{} {y}a{rx} {ry} 0 1 1 {} 0a{rx} {ry} 0 1 1-{} 0", 200 - rx, rx * 2, rx * 2);
    pen.stroke(&ring, look.main.shade, width);
    pen.stroke(&format!("M{} {y}a{rx} {ry} 0 1 0 {} 0", 200 - rx, rx * 2), look.main.base, width);
    pen.stroke(
        &format!(
            "M{} {}A{rx} {ry} 0 0 0 {} {}",
            200 - rx * 4 / 5,
            y + ry * 3 / 5,
            200 + rx * 4 / 5,
            y + ry * 3 / 5
        ),
        look.accent.base,
        6,
    );
    let (w, h) = (look.span(3, 84, 104), look.span(4, 58, 70));
    let top = y + ry - h / 2;
    pen.faint(50, |pen| pen.circle(200, top + h / 2, w * 3 / 4, GLOW));
    pen.rect(frame(200 - w / 2, top, w, h), 16, DARK.base);
    pen.rect(frame(200 - w / 2, top, w, h * 2 / 5), 14, DARK.light);
    pen.circle(200, top + h / 2, h * 2 / 5, STEEL.light);
    pen.circle(200, top + h / 2, h * 3 / 10, 0xfff3c4);
    pen.circle(200 + w / 2 - 14, top + h / 2, 7, look.accent.base);
}

fn torch(pen: &mut Pen, look: &Look) {
    let (half, len) = (look.span(0, 24, 32), look.span(1, 150, 190));
    let head = half + look.span(2, 10, 20);
    pen.turned(look.span(3, 32, 48), 200, 214, |pen| {
        let top = 214 - len / 2;
        let beam =
            format!("M{} {top}L{} -40H{}L{} {top}z", 200 - head, 200 - head * 3, 200 + head * 3, 200 + head);
        pen.faint(45, |pen| pen.path(&beam, GLOW));
        let barrel = format!(
            "M{} {}H{}V{}q0 14-14 14H{}q-14 0-14-14z",
            200 - half,
            top + 48,
            200 + half,
            top + len,
            214 - half
        );
        pen.solid(&barrel, frame(200 - half, top + 48, half * 2, len - 30), look.main);
        let grip: String =
            (0..5).map(|n| format!("M{} {}H{}", 200 - half, top + 92 + n * 13, 200 + half)).collect();
        pen.faint(60, |pen| pen.stroke(&grip, look.main.shade, 4));
        let bell = format!(
            "M{} {top}H{}V{}L{} {}H{}L{} {}z",
            200 - head,
            200 + head,
            top + 28,
            200 + half,
            top + 54,
            200 - half,
            200 - head,
            top + 28
        );
        pen.solid(
            &bell,
            frame(200 - head, top, head * 2, 56),
            Tone { base: look.accent.base, ..look.accent },
        );
        pen.ellipse(200, top, head, 9, 0xfff3c4);
        pen.circle(200, top + 72, 8, look.accent.base);
    });
}
