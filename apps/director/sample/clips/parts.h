#pragma once

#include "apps/director/sample/clips/canvas.h"

// What many scenes share. A part stands on `base` (its lowest middle point) unless it says else;
// `scale` 1 suits the middle distance.

namespace antiphon::clips {

void sky(Canvas& canvas, Colour top, Colour horizon);
void ground(Canvas& canvas, double top, Colour far, Colour near);
/// A rolling ridge around height `level`, repeating every `width` so that `shift` can scroll it.
void hills(Canvas& canvas, double level, double swing, int seed, const Paint& paint,
           double shift = 0);
/// Jagged peaks; `snow` caps them when it is opaque.
void peaks(Canvas& canvas, double level, double swing, int seed, const Paint& paint, Colour snow);
/// Water from `level` down with a rippling edge; `shift` in points, repeating every 160.
void water(Canvas& canvas, double level, double swing, double shift, const Paint& paint);
void stars(Canvas& canvas, int count, double lowest, double time);
void sun(Canvas& canvas, Point centre, double radius, Colour colour);
void cloud(Canvas& canvas, Point centre, double scale, Colour colour);
/// `count` clouds drifting one whole width a loop, or standing when `time` is fixed.
void clouds(Canvas& canvas, int count, double top, double bottom, int seed, double time,
            Colour colour);
void tree(Canvas& canvas, Point base, double scale, Colour leaves, double sway = 0);
void pine(Canvas& canvas, Point base, double scale, Colour needles);
void palm(Canvas& canvas, Point base, double scale, double sway);
void flower(Canvas& canvas, Point centre, double radius, Colour petals, double turn = 0);
/// Puffs rising from `from` without an end.
void smoke(Canvas& canvas, Point from, double scale, Colour colour, double time, double drift = 30);
/// Two wavering threads of steam.
void steam(Canvas& canvas, Point from, double scale, double time);
void heart(Canvas& canvas, Point centre, double scale, const Paint& paint);
/// `turn` in radians.
void wheel(Canvas& canvas, Point centre, double radius, double turn, Colour tyre, int spokes);
/// A car seen from the side, driving to the right, on `base`.
void car(Canvas& canvas, Point base, double scale, Colour body, double turn);
/// A house front with lit or dark windows chosen by `seed`.
void tower(Canvas& canvas, double x, double base, double wide, double high, Colour wall, Colour lit,
           int seed, double share_lit);
void house(Canvas& canvas, Point base, double scale, Colour wall, Colour roof, Colour window);
void soft_shadow(Canvas& canvas, Point centre, double radius_x);

/// Angles from straight down, positive forward (to the right); knees and elbows add to them.
struct Pose {
  double lean = 0;
  double left_hip = 0.12, left_knee = 0;
  double right_hip = -0.12, right_knee = 0;
  double left_shoulder = 0.25, left_elbow = 0.1;
  double right_shoulder = -0.25, right_elbow = 0.1;
};

struct Looks {
  Colour skin = rgb(0xf0b990);
  Colour hair = rgb(0x3b2a20);
  Colour top = rgb(0x3d7edb);
  Colour trousers = rgb(0x2b3a55);
};

/// A figure whose hip is at `hip`; its feet are 60 * `scale` below when it stands.
void person(Canvas& canvas, Point hip, double scale, const Pose& pose, const Looks& looks);
/// The legs of a walk or run: `time` counts steps in pairs, `stride` is half the swing in radians.
Pose walking(double time, double stride);
/// Head and shoulders; `base` is where the chest ends.
void bust(Canvas& canvas, Point base, double scale, const Looks& looks, double nod = 0);

}  // namespace antiphon::clips
