//! Surface patterns, drawn inside a frame and cut to shape by the caller.

use super::super::vocabulary::Pattern;
use super::Look;
use super::pen::{Frame, Pen, frame};

pub(super) fn fill(pen: &mut Pen, f: Frame, look: &Look, pattern: Pattern) {
    match pattern {
        Pattern::Plain => {}
        Pattern::Band => band(pen, f, look),
        Pattern::Stripes => stripes(pen, f, look),
        Pattern::Check => check(pen, f, look),
        Pattern::Dots => dots(pen, f, look),
        Pattern::Chevron => chevron(pen, f, look),
        Pattern::Speckle => speckle(pen, f, look),
        Pattern::Dip => dip(pen, f, look),
        Pattern::Block => block(pen, f, look),
        Pattern::Ribs => ribs(pen, f, look),
    }
}

fn band(pen: &mut Pen, f: Frame, look: &Look) {
    let y = f.y + f.h * look.span(5, 25, 60) / 100;
    pen.rect(frame(f.x, y, f.w, f.h / 7), 0, look.accent.base);
    pen.rect(frame(f.x, y + f.h / 7 + 6, f.w, 4), 0, look.accent.base);
}

fn stripes(pen: &mut Pen, f: Frame, look: &Look) {
    let pitch = look.span(5, 18, 34);
    let mut y = f.y + pitch / 2;
    while y < f.y + f.h {
        pen.rect(frame(f.x, y, f.w, pitch / 2), 0, look.accent.base);
        y += pitch;
    }
}

fn check(pen: &mut Pen, f: Frame, look: &Look) {
    let pitch = look.span(5, 30, 48);
    pen.faint(45, |pen| {
        let mut x = f.x + pitch / 3;
        while x < f.x + f.w {
            pen.rect(frame(x, f.y, pitch * 2 / 5, f.h), 0, look.accent.base);
            x += pitch;
        }
        let mut y = f.y + pitch / 3;
        while y < f.y + f.h {
            pen.rect(frame(f.x, y, f.w, pitch * 2 / 5), 0, look.accent.base);
            y += pitch;
        }
    });
}

fn dots(pen: &mut Pen, f: Frame, look: &Look) {
    let pitch = look.span(5, 26, 40);
    let mut d = String::new();
    let mut y = f.y + pitch / 2;
    let mut odd = false;
    while y < f.y + f.h {
        let mut x = f.x + if odd { pitch } else { pitch / 2 };
        while x < f.x + f.w {
            d.push_str(&format!("M{x} {y}h0"));
            x += pitch;
        }
        y += pitch * 4 / 5;
        odd = !odd;
    }
    pen.stroke(&d, look.accent.base, pitch * 2 / 5);
}

fn chevron(pen: &mut Pen, f: Frame, look: &Look) {
    let step = look.span(5, 16, 26);
    let y = f.y + f.h * 42 / 100;
    for row in 0..2 {
        let mut d = format!("M{} {}", f.x - step, y + row * step * 3 / 2);
        for peak in 0..=(f.w / step + 2) {
            d.push_str(&format!("l{step} {}", if peak % 2 == 0 { -step } else { step }));
        }
        pen.stroke(&d, look.accent.base, 8 - 3 * row);
    }
}

/// Grains at places that look random and are the same for every colour of a series.
fn speckle(pen: &mut Pen, f: Frame, look: &Look) {
    let mut seed = u32::from(look.form[5]) + 1;
    let grains = (f.w * f.h / 700).clamp(14, 44);
    let mut sizes = [String::new(), String::new()];
    for grain in 0..grains {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let x = f.x + (seed >> 8) as i32 % f.w.max(1);
        let y = f.y + (seed >> 20) as i32 % f.h.max(1);
        // A line without length and with round ends is a dot.
        sizes[grain as usize % 2].push_str(&format!("M{x} {y}h0"));
    }
    pen.stroke(&sizes[0], look.main.shade, 3);
    pen.stroke(&sizes[1], look.main.shade, 6);
}

fn dip(pen: &mut Pen, f: Frame, look: &Look) {
    let y = f.y + f.h * look.span(5, 52, 68) / 100;
    let (w, drop) = (f.w / 2, f.h / 20);
    let d = format!("M{} {y}q{} {drop} {w} 0t{w} 0V{}H{}z", f.x, w / 2, f.y + f.h, f.x);
    pen.path(&d, look.accent.base);
}

fn block(pen: &mut Pen, f: Frame, look: &Look) {
    let (left, right) = (f.y + f.h * look.span(5, 45, 70) / 100, f.y + f.h * look.span(4, 30, 55) / 100);
    let (end, low) = (f.x + f.w, f.y + f.h);
    pen.path(&format!("M{} {left}L{end} {right}V{low}H{}z", f.x, f.x), look.accent.base);
}

fn ribs(pen: &mut Pen, f: Frame, look: &Look) {
    let mut x = f.x + 8;
    let mut d = String::new();
    while x < f.x + f.w {
        d.push_str(&format!("M{x} {}v{}", f.y, f.h));
        x += 14;
    }
    pen.faint(35, |pen| pen.stroke(&d, look.main.shade, 3));
}
