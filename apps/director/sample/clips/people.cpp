#include <cmath>

#include "apps/director/sample/clips/motion.h"
#include "apps/director/sample/clips/parts.h"

namespace antiphon::clips {

namespace {

Point along(Point from, double angle, double length) {
  return {from.x + length * std::sin(angle), from.y + length * std::cos(angle)};
}

struct Limb {
  double first_angle;
  double second_angle;
  double length;
  double thickness;
};

Point limb(Canvas& canvas, Point from, const Limb& shape, Colour upper, Colour lower) {
  Point joint = along(from, shape.first_angle, shape.length);
  Point end = along(joint, shape.first_angle + shape.second_angle, shape.length);
  canvas.line({joint, end}, shape.thickness * 0.86, lower);
  canvas.line({from, joint}, shape.thickness, upper);
  return end;
}

void leg(Canvas& canvas, double hip, double knee, Colour trousers) {
  Point foot = limb(canvas, {0, 0}, {hip, knee, 28, 12}, trousers, trousers);
  double sole = hip + knee + 1.45;
  canvas.line({foot, along(foot, sole, 9)}, 8, rgb(0x1d2330));
}

void arm(Canvas& canvas, Point shoulder, double angle, double elbow, const Looks& looks,
         Colour sleeve) {
  Point hand = limb(canvas, shoulder, {angle, elbow, 23, 10}, sleeve, looks.skin);
  canvas.disc(hand, 5.5, looks.skin);
}

}  // namespace

void person(Canvas& canvas, Point hip, double scale, const Pose& pose, const Looks& looks) {
  canvas.at(hip, scale, 0, [&] {
    Point neck = along({0, 0}, pi - pose.lean, 46);
    Point head = along(neck, pi - pose.lean * 0.8, 19);
    Colour far_side = mix(looks.top, black, 0.2);
    arm(canvas, along(neck, -pose.lean, 6), pose.right_shoulder, pose.right_elbow, looks, far_side);
    leg(canvas, pose.right_hip, pose.right_knee, mix(looks.trousers, black, 0.25));
    leg(canvas, pose.left_hip, pose.left_knee, looks.trousers);
    canvas.line({{0, -2}, along(neck, -pose.lean, 8)}, 22, looks.top);
    canvas.line({neck, head}, 8, looks.skin);
    canvas.disc({head.x - 1.5, head.y - 2.5}, 13.5, looks.hair);
    canvas.disc({head.x + 1.5, head.y + 2}, 11.5, looks.skin);
    arm(canvas, along(neck, -pose.lean, 6), pose.left_shoulder, pose.left_elbow, looks,
        mix(looks.top, white, 0.12));
  });
}

Pose walking(double time, double stride) {
  double swing = wave(time);
  auto bend = [&](double phase) { return -stride * (0.75 + 0.75 * wave(time, 1, phase)); };
  return {.lean = stride * 0.16,
          .left_hip = stride * swing,
          .left_knee = bend(0.3),
          .right_hip = -stride * swing,
          .right_knee = bend(0.8),
          .left_shoulder = -stride * swing,
          .left_elbow = stride * 1.3,
          .right_shoulder = stride * swing,
          .right_elbow = stride * 1.3};
}

void bust(Canvas& canvas, Point base, double scale, const Looks& looks, double nod) {
  canvas.at(base, scale, 0, [&] {
    canvas.box(-34, -44, 68, 50, downward(-44, mix(looks.top, white, 0.1), 0, looks.top), 22);
    canvas.box(-34, -20, 68, 20, looks.top);
    canvas.box(-8, -58, 16, 20, mix(looks.skin, black, 0.1), 6);
    canvas.at({nod, -72 + std::abs(nod) * 0.4}, 1, 0, [&] {
      canvas.disc({0, -4}, 22, looks.hair);
      canvas.oval({0, 3}, 17.5, 19, looks.skin);
      canvas.blob({{-19, -4}, {-12, -22}, {12, -22}, {19, -4}, {8, -11}, {-8, -11}}, looks.hair);
      canvas.disc({-6, 2}, 2, ink);
      canvas.disc({6, 2}, 2, ink);
      canvas.arc({0, 7}, 5, 0.4, pi - 0.4, 1.6, rgb(0xa5483f));
    });
  });
}

}  // namespace antiphon::clips
