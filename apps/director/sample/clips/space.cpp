#include <cmath>

#include "apps/director/sample/clips/motion.h"
#include "apps/director/sample/clips/parts.h"
#include "apps/director/sample/clips/scenes.h"

namespace antiphon::clips {

namespace {

void rocket_launch(Canvas& canvas, double time) {
  sky(canvas, rgb(0x14204d), rgb(0xe88a5c));
  stars(canvas, 50, 160, time);
  hills(canvas, 316, 10, 3, rgb(0x2b2438));
  double rise = time * time * 520, shake = 2 * wave(time, 12);
  double base = 286 - rise;
  canvas.box(420, 90, 14, 240, rgb(0x59627a));
  for (int i = 0; i < 9; ++i)
    canvas.line({{420, 100 + i * 25.0}, {460, 124 + i * 25.0}}, 3, rgb(0x59627a));
  canvas.box(454, 90, 10, 240, rgb(0x59627a));
  for (int i = 0; i < 34; ++i) {
    double age = looped(noise(i) + time * 3), side = noise(i + 60, -1, 1);
    double strength = std::sin(pi * std::min(1.0, time * 1.02));
    canvas.disc({320 + side * 260 * age, 336 - 40 * age * noise(i + 7)}, 18 + 34 * age,
                mix(rgb(0xffd9a0), rgb(0xcfc6c9), age).faded(0.8 * (1 - age) * strength));
  }
  canvas.at({320 + shake, base}, 1.15, 0, [&] {
    double flame = 70 + 16 * wave(time, 16) + 60 * time;
    if (time > 0.06) {
      canvas.glow({0, 30}, 110, rgb(0xffb13d));
      canvas.blob({{-20, 0}, {-16, flame * 0.5}, {0, flame}, {16, flame * 0.5}, {20, 0}},
                  downward(0, rgb(0xfff6c8), flame, rgb(0xf0651f)));
    }
    canvas.polygon({{-26, -50}, {-58, 8}, {-24, -4}}, rgb(0xd9384a));
    canvas.polygon({{26, -50}, {58, 8}, {24, -4}}, rgb(0xb52a3c));
    canvas.blob({{-26, 0}, {-32, -80}, {-18, -160}, {0, -196}, {18, -160}, {32, -80}, {26, 0}},
                rightward(-32, white, 32, rgb(0xb4bfcc)));
    canvas.blob({{-19, -158}, {0, -196}, {19, -158}, {0, -150}}, rgb(0xd9384a));
    canvas.disc({0, -110}, 15, rgb(0x4d5866));
    canvas.disc({0, -110}, 11, rgb(0x6fc4f0));
    canvas.box(-24, -6, 48, 10, rgb(0x4d5866), 3);
  });
  ground(canvas, 336, rgb(0x3a3348), rgb(0x221d2e));
}

void solar_system(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0x070b1f), 360, rgb(0x1a1638)));
  stars(canvas, 130, height, time);
  Point centre{320, 180};
  const Colour colours[] = {rgb(0xb5a08a), rgb(0xe8b86b), rgb(0x4a9be8),
                            rgb(0xd9603c), rgb(0xdcb080), rgb(0xe6d29a)};
  const double sizes[] = {6, 9, 10, 8, 20, 16};
  const int speeds[] = {4, 3, 2, 2, 1, 1};
  auto planet = [&](int i) {
    double angle = 2 * pi * (time * speeds[i] + noise(i + 4)), reach = 76 + i * 42.0;
    Point place{centre.x + reach * std::cos(angle), centre.y + reach * 0.42 * std::sin(angle)};
    if (i == 5)
      canvas.at(place, 1, -0.3, [&] { canvas.oval({0, 0}, 31, 8, rgb(0xbfa878).faded(0.85)); });
    canvas.disc(place, sizes[i],
                rightward(centre.x > place.x ? place.x + sizes[i] : place.x - sizes[i],
                          mix(colours[i], white, 0.25),
                          centre.x > place.x ? place.x - sizes[i] : place.x + sizes[i],
                          mix(colours[i], black, 0.6)));
    return place;
  };
  for (int i = 0; i < 6; ++i)
    canvas.at(centre, 1, 0, [&] {
      std::vector<Point> orbit;
      for (int k = 0; k <= 60; ++k)
        orbit.push_back({(76 + i * 42.0) * std::cos(k * pi / 30),
                         (76 + i * 42.0) * 0.42 * std::sin(k * pi / 30)});
      canvas.line(orbit, 1, white.faded(0.22));
    });
  auto is_behind = [&](int i) { return wave(time * speeds[i] + noise(i + 4)) < 0; };
  for (int i = 5; i >= 0; --i)
    if (is_behind(i)) planet(i);
  sun(canvas, centre, 42 + 1.5 * wave(time, 2), rgb(0xffd45c));
  canvas.disc(centre, 33, rgb(0xffe88a));
  for (int i = 0; i < 6; ++i)
    if (!is_behind(i)) planet(i);
}

const std::vector<std::vector<Point>>& continents() {
  // Rough outlines of the continents as longitude and latitude in degrees.
  static const std::vector<std::vector<Point>> outlines = {
      {{-165, 62},
       {-150, 70},
       {-110, 70},
       {-80, 72},
       {-60, 52},
       {-72, 42},
       {-81, 26},
       {-97, 26},
       {-92, 15},
       {-80, 8},
       {-105, 20},
       {-122, 36},
       {-128, 52}},
      {{-80, 8},
       {-60, 8},
       {-36, -6},
       {-40, -22},
       {-58, -36},
       {-68, -54},
       {-74, -42},
       {-70, -18},
       {-80, -4}},
      {{-16, 14},
       {-6, 34},
       {10, 36},
       {32, 31},
       {43, 12},
       {51, 11},
       {40, -4},
       {38, -20},
       {26, -34},
       {17, -30},
       {12, -6},
       {8, 4},
       {-8, 5}},
      {{-9, 38},  {-2, 48},  {8, 54},   {10, 64},  {26, 70},  {60, 70},  {100, 76}, {140, 73},
       {176, 67}, {158, 58}, {140, 50}, {122, 38}, {120, 26}, {107, 14}, {101, 4},  {96, 18},
       {88, 22},  {78, 8},   {70, 22},  {56, 26},  {45, 14},  {36, 34},  {24, 38},  {12, 42}},
      {{114, -24}, {130, -12}, {142, -12}, {152, -26}, {146, -38}, {132, -32}, {116, -34}},
      {{-50, 62}, {-22, 70}, {-32, 82}, {-58, 80}}};
  return outlines;
}

void globe_turning(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0x0b1633), 360, rgb(0x1c2f5c)));
  stars(canvas, 90, height, time);
  Point centre{320, 180};
  constexpr double radius = 136;
  canvas.glow(centre, 215, rgb(0x6fc4ff).faded(0.75));
  canvas.disc(centre, radius, rightward(184, rgb(0x4ab0f0), 456, rgb(0x14508f)));
  canvas.inside_disc(centre, radius, [&] {
    for (const auto& land : continents()) {
      std::vector<Point> edge;
      bool is_seen = false;
      for (Point place : land) {
        double longitude = place.x * pi / 180 + time * 2 * pi, latitude = place.y * pi / 180;
        double depth = std::cos(latitude) * std::cos(longitude),
               across = std::cos(latitude) * std::sin(longitude);
        // What lies behind is pushed out to the rim, where the disc cuts it off.
        double push = depth < 0 ? 1.15 / std::max(0.3, std::hypot(across, std::sin(latitude))) : 1;
        is_seen = is_seen || depth > 0;
        edge.push_back(
            {centre.x + radius * across * push, centre.y - radius * std::sin(latitude) * push});
      }
      if (is_seen) canvas.blob(edge, downward(60, rgb(0x8fd66a), 300, rgb(0x3d9a4a)));
    }
    for (int i = 0; i < 7; ++i) {
      double x = centre.x - 260 + looped(time * 2 + noise(i)) * 520;
      canvas.oval({x, centre.y + noise(i + 30, -110, 110)}, 40, 7, white.faded(0.5));
    }
    canvas.ring({centre.x - 34, centre.y - 22}, radius + 36, 50, black.faded(0.22));
  });
}

void telescope_stars(Canvas& canvas, double time) {
  sky(canvas, rgb(0x0a1030), rgb(0x4a3f7d));
  stars(canvas, 150, 290, time);
  for (int i = 0; i < 26; ++i)
    canvas.glow({60 + i * 24.0, 240 - i * 8.5 + noise(i, -24, 24)}, noise(i + 8, 26, 60),
                rgb(0xb9a8ff).faded(0.12));
  canvas.disc({540, 74}, 34, rgb(0xfff3d0));
  canvas.disc({528, 66}, 8, rgb(0xe0d0a4));
  canvas.disc({552, 86}, 6, rgb(0xe0d0a4));
  double shot = looped(time * 2);
  if (shot < 0.35) {
    Point head{120 + shot * 900, 40 + shot * 330};
    canvas.line({{head.x - 80, head.y - 29}, head}, 3,
                rightward(head.x - 80, white.faded(0), head.x, white));
  }
  hills(canvas, 306, 16, 44, rgb(0x151430));
  canvas.line({{330, 236}, {280, 340}}, 8, rgb(0x59627a));
  canvas.line({{330, 236}, {380, 340}}, 8, rgb(0x59627a));
  canvas.line({{330, 236}, {332, 344}}, 8, rgb(0x434b60));
  canvas.at({330, 226}, 1, -0.62 + 0.05 * wave(time), [&] {
    canvas.box(-90, -19, 170, 38, downward(-19, rgb(0xe8edf2), 19, rgb(0x8b97a8)), 6);
    canvas.box(70, -26, 70, 52, downward(-26, rgb(0xf7fafc), 26, rgb(0x9aa6b6)), 6);
    canvas.box(134, -29, 12, 58, rgb(0x2f6fc4), 3);
    canvas.box(-116, -10, 30, 20, rgb(0x333b47), 4);
  });
  person(canvas, {206, 286}, 1.25, {.lean = 0.1, .left_shoulder = 1.7, .left_elbow = 0.5},
         {.top = rgb(0xd9384a), .trousers = rgb(0x24305a)});
}

}  // namespace

std::vector<Scene> space_scenes() {
  return {{"rocket-launch", rocket_launch, 0.45},
          {"solar-system", solar_system},
          {"globe-turning", globe_turning, 0.0},
          {"telescope-stars", telescope_stars, 0.1}};
}

}  // namespace antiphon::clips
