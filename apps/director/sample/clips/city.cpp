#include <cmath>

#include "apps/director/sample/clips/motion.h"
#include "apps/director/sample/clips/parts.h"
#include "apps/director/sample/clips/scenes.h"

namespace antiphon::clips {

namespace {

void skyline_night(Canvas& canvas, double time) {
  sky(canvas, rgb(0x0d1433), rgb(0x4a4b86));
  stars(canvas, 70, 180, time);
  canvas.glow({520, 70}, 110, rgb(0xfff4d0).faded(0.5));
  canvas.disc({520, 70}, 26, rgb(0xfff6dc));
  for (int i = 0; i < 10; ++i) {
    tower(canvas, i * 66 - 8, 300, 58, noise(i + 11, 90, 190), rgb(0x2a3161), rgb(0xbf9a5a), i,
          0.4);
  }
  int moment = static_cast<int>(time * 8);
  for (int i = 0; i < 8; ++i) {
    // In every eighth of the loop a few more windows of two towers are lit.
    tower(canvas, i * 84 - 20, 310, 66, noise(i + 41, 110, 235), rgb(0x171c3f), rgb(0xffd877),
          i + 20, (i == moment || i == (moment + 4) % 8) ? 0.66 : 0.55);
  }
  canvas.box(0, 306, width, 54, downward(306, rgb(0x131736), 360, rgb(0x232a5c)));
  for (int i = 0; i < 44; ++i) {
    double x = noise(i + 5) * width, y = noise(i + 6, 314, 356);
    canvas.box(x, y, 30 + 10 * wave(time, 2, noise(i)), 2, rgb(0xffd877).faded(0.4), 1);
  }
}

void street_traffic(Canvas& canvas, double time) {
  sky(canvas, rgb(0x86c5ec), rgb(0xf1f5ee));
  const Colour walls[] = {rgb(0xd98c6a), rgb(0xe8c07d), rgb(0x8fa9c0), rgb(0xb98a9a)};
  for (int i = 0; i < 8; ++i) {
    tower(canvas, i * 82 - 8, 240, 80, noise(i + 3, 110, 200), walls[i % 4], rgb(0xe6f3fa), i,
          0.85);
  }
  ground(canvas, 236, rgb(0xb9bfc6), rgb(0x9aa1aa));
  ground(canvas, 256, rgb(0x565c66), rgb(0x3f444d));
  for (int i = 0; i < 9; ++i) canvas.box(i * 80 + 10, 304, 44, 5, rgb(0xf2e9c8));
  const Colour colours[] = {rgb(0xe0483e), rgb(0x3f86d6), rgb(0xf2b632), rgb(0xf4f4f0),
                            rgb(0x3d9d6b)};
  for (int i = 0; i < 5; ++i) {
    double x = looped(time + i / 5.0) * 800 - 80;
    car(canvas, {x, 294}, 0.62, colours[(i + 2) % 5], time * 20 * pi);
  }
  for (int i = 0; i < 4; ++i) {
    double x = looped(time + i / 4.0) * 860 - 110;
    car(canvas, {x, 346}, 0.9, colours[i], time * 20 * pi);
  }
  canvas.line({{596, 250}, {596, 120}}, 6, rgb(0x3a3f48));
  canvas.box(580, 84, 32, 78, rgb(0x262a31), 8);
  int lit = static_cast<int>(time * 3);
  const Colour lamps[] = {rgb(0xf0413a), rgb(0xf7c22f), rgb(0x3fd06a)};
  for (int i = 0; i < 3; ++i) {
    canvas.disc({596, 98 + i * 25.0}, 9, i == lit ? lamps[i] : mix(lamps[i], black, 0.7));
  }
}

void house_building(Canvas& canvas, double time) {
  sky(canvas, rgb(0x79bfe9), rgb(0xf3f6e6));
  clouds(canvas, 3, 40, 90, 91, time, white.faded(0.9));
  hills(canvas, 270, 14, 44, rgb(0x9ac07a));
  ground(canvas, 296, rgb(0xc49a68), rgb(0x94683f));
  constexpr int rows = 8, columns = 9;
  double laid = there_and_back_from(0.4, time, 0, 0.6, 0.92) * rows * columns;
  for (int i = 0; i < rows * columns; ++i) {
    if (i >= laid) break;
    int row = i / columns, column = i % columns;
    if (row < 5 && (column == 4 || (column == 6 && row > 1))) continue;
    double x = 190 + column * 30 + (row % 2) * 6.0;
    canvas.box(x, 306 - row * 18, 28, 16, mix(rgb(0xc4593a), rgb(0xdd8059), noise(i)), 2);
  }
  double roof = there_and_back(time, 0.58, 0.74, 0.9);
  canvas.polygon(
      {{166, 182 - 200 * (1 - roof)}, {330, 92 - 200 * (1 - roof)}, {494, 182 - 200 * (1 - roof)}},
      rgb(0x4d5b76));
  for (double x : {168.0, 486.0}) canvas.line({{x, 322}, {x, 130}}, 5, rgb(0xa9762f));
  canvas.line({{150, 240}, {182, 240}}, 7, rgb(0xc98f42));
  Pose pose{.left_shoulder = 1.5 + 0.5 * wave(time, 6), .left_elbow = 0.5};
  person(canvas, {108, 262}, 1.15, pose, {.top = rgb(0xf28b24), .trousers = rgb(0x34506e)});
  canvas.arc({109, 186}, 16, pi, 2 * pi, 9, rgb(0xf7cf2e));
  canvas.line({{90, 189}, {132, 189}}, 5, rgb(0xf7cf2e));
  canvas.box(520, 290, 74, 30, rgb(0xc4593a), 3);
  canvas.box(534, 262, 46, 28, rgb(0xdd8059), 3);
}

void crane_site(Canvas& canvas, double time) {
  sky(canvas, rgb(0xf0a35e), rgb(0xfdeac4));
  clouds(canvas, 3, 50, 100, 23, time, rgb(0xfff0d8).faded(0.8));
  for (int i = 0; i < 8; ++i)
    tower(canvas, i * 84, 310, 70, noise(i + 5, 60, 130), rgb(0xc09a86), rgb(0xf7dcae), i, .5);
  for (int floor = 0; floor < 6; ++floor) {
    double y = 310 - floor * 34.0;
    canvas.box(330, y - 4, 220, 8, rgb(0x8c8f96));
    for (int i = 0; i < 5; ++i) canvas.box(334 + i * 51.0, y - 34, 9, 34, rgb(0x9fa2a8));
  }
  Colour steel = rgb(0xf2b21f);
  for (int i = 0; i < 12; ++i) {
    double y = 312 - i * 22.0;
    canvas.line({{150, y}, {178, y - 22}, {150, y - 22}, {178, y}}, 2.5, steel);
  }
  canvas.line({{150, 320}, {150, 44}}, 5, steel);
  canvas.line({{178, 320}, {178, 44}}, 5, steel);
  canvas.line({{80, 56}, {560, 56}}, 6, steel);
  canvas.line({{80, 56}, {164, 22}, {560, 56}}, 2.5, ink);
  canvas.box(70, 54, 46, 30, rgb(0x6a6e76));
  canvas.box(180, 58, 28, 32, rgb(0xdfeef7), 4);
  double along = 420 + 90 * wave(time), drop = 150 + 40 * wave(time, 1, 0.25);
  canvas.box(along - 14, 56, 28, 8, ink);
  canvas.line({{along, 62}, {along, drop}}, 2, ink);
  canvas.line({{along - 40, drop + 24}, {along, drop}, {along + 40, drop + 24}}, 2, ink);
  canvas.box(along - 46, drop + 24, 92, 12, rgb(0xb8442f));
  ground(canvas, 312, rgb(0xa98159), rgb(0x75532f));
}

void bridge_suspension(Canvas& canvas, double time) {
  sky(canvas, rgb(0x6bb0e0), rgb(0xfbe3c8));
  clouds(canvas, 3, 30, 80, 66, time, white.faded(0.8));
  hills(canvas, 232, 22, 19, rgb(0x8aa5a0));
  water(canvas, 248, 3, time * 160, downward(248, rgb(0x5fa8cc), 360, rgb(0x2a6c9c)));
  Colour red = rgb(0xc8432f);
  for (int x = 0; x <= width; x += 16) {
    double top = std::abs(x - 320) <= 160 ? 198 - 132 * std::pow((x - 320) / 160.0, 2)
                                          : 66 + 132 * (std::abs(x - 320) - 160) / 160.0;
    canvas.line({{double(x), top}, {double(x), 204}}, 1.5, red);
  }
  std::vector<Point> main;
  for (int x = 160; x <= 480; x += 10)
    main.push_back({double(x), 198 - 132 * std::pow((x - 320) / 160.0, 2)});
  canvas.line(main, 5, red);
  canvas.line({{0, 198}, {160, 66}}, 5, red);
  canvas.line({{640, 198}, {480, 66}}, 5, red);
  for (int i = 0; i < 4; ++i) {
    const Colour colours[] = {rgb(0x3f86d6), rgb(0xf2b632), white, rgb(0x3d9d6b)};
    car(canvas, {looped(time + i * 0.25) * 760 - 60, 202}, 0.34, colours[i], time * 20 * pi);
  }
  canvas.box(0, 202, width, 12, mix(red, black, 0.2));
  for (double x : {160.0, 480.0}) {
    canvas.box(x - 13, 56, 9, 250, red);
    canvas.box(x + 4, 56, 9, 250, red);
    for (double y : {62.0, 110.0, 158.0, 226.0}) canvas.box(x - 13, y, 26, 8, red);
    canvas.box(x - 24, 296, 48, 24, rgb(0x8d8f94), 4);
  }
  water(canvas, 310, 4, -time * 160, rgb(0x2f78a8).faded(0.7));
}

void family_home(Canvas& canvas, double time) {
  sky(canvas, rgb(0x7ac4ee), rgb(0xeef8e6));
  sun(canvas, {90, 70}, 28, rgb(0xffe27a));
  clouds(canvas, 3, 50, 90, 77, time, white);
  hills(canvas, 262, 12, 32, rgb(0x8ccb74));
  ground(canvas, 286, rgb(0x79bf5c), rgb(0x529d49));
  canvas.polygon({{356, 292}, {396, 292}, {440, 360}, {310, 360}}, rgb(0xe2cfa8));
  smoke(canvas, {437, 88}, 0.45, rgb(0xf2f2f2), time, 40);
  house(canvas, {376, 296}, 1.75, rgb(0xf4ead2), rgb(0xc4533d), rgb(0x9fd4ef));
  tree(canvas, {560, 306}, 1.5, rgb(0x4a9e55), 3 * wave(time));
  double hop = 12 * std::abs(wave(time, 3));
  Pose wave_hand{.left_shoulder = 2.5 + 0.4 * wave(time, 4), .left_elbow = 0.4};
  person(canvas, {90, 270}, 1.12, {}, {.hair = rgb(0x4c3322), .top = rgb(0x2f7fc0)});
  person(canvas, {160, 272}, 1.06, wave_hand, {.hair = rgb(0x7b3f20), .top = rgb(0xd94f70)});
  Pose child{.left_shoulder = 2.6, .right_shoulder = -2.6};
  person(canvas, {220, 302 - hop}, 0.66, child, {.hair = rgb(0xd9a441), .top = rgb(0xf2b632)});
}

}  // namespace

std::vector<Scene> city_scenes() {
  return {{"skyline-night", skyline_night},         {"street-traffic", street_traffic},
          {"house-building", house_building, 0.5},  {"crane-site", crane_site},
          {"bridge-suspension", bridge_suspension}, {"family-home", family_home}};
}

}  // namespace antiphon::clips
