#include <cmath>

#include "apps/director/sample/clips/motion.h"
#include "apps/director/sample/clips/parts.h"
#include "apps/director/sample/clips/scenes.h"

namespace antiphon::clips {

namespace {

void wind_turbines(Canvas& canvas, double time) {
  sky(canvas, rgb(0x4fa8e4), rgb(0xe4f4f6));
  clouds(canvas, 4, 40, 120, 71, time, white.faded(0.9));
  hills(canvas, 266, 22, 3, downward(240, rgb(0x9ed487), 360, rgb(0x6cb35c)));
  auto turbine = [&](Point base, double scale, double phase) {
    canvas.at(base, scale, 0, [&] {
      canvas.polygon({{-6, 0}, {-3, -170}, {3, -170}, {6, 0}},
                     rightward(-6, white, 6, rgb(0xc4d0da)));
      for (int i = 0; i < 3; ++i) {
        canvas.at({0, -170}, 1, (time * 2 + phase) * 2 * pi + i * 2 * pi / 3, [&] {
          canvas.blob({{0, -5}, {24, -10}, {96, -2}, {24, 4}, {0, 5}},
                      downward(-10, white, 6, rgb(0xcfdae3)));
        });
      }
      canvas.disc({0, -170}, 8, rgb(0xdfe7ee));
    });
  };
  turbine({100, 274}, 0.8, 0.1);
  turbine({560, 270}, 0.75, 0.4);
  turbine({440, 300}, 1.05, 0.22);
  hills(canvas, 316, 16, 14, downward(290, rgb(0x7cc465), 360, rgb(0x4a9648)));
  turbine({250, 340}, 1.4, 0);
}

void solar_panels(Canvas& canvas, double time) {
  sky(canvas, rgb(0x4fa8e4), rgb(0xfdf0cf));
  double glint = wave(time);
  for (int i = 0; i < 12; ++i) {
    double angle = i * pi / 6 + time * pi / 6;
    canvas.line({{500 + 60 * std::cos(angle), 84 + 60 * std::sin(angle)},
                 {500 + 86 * std::cos(angle), 84 + 86 * std::sin(angle)}},
                6, rgb(0xffe27a));
  }
  sun(canvas, {500, 84}, 44 + 2 * glint, rgb(0xfff0a0));
  hills(canvas, 230, 16, 21, rgb(0x9ed487));
  ground(canvas, 250, rgb(0x86c468), rgb(0x549a48));
  for (int row = 0; row < 2; ++row) {
    for (int i = 0; i < 4 - row; ++i) {
      double scale = 0.85 + row * 0.45;
      canvas.at(
          {(row ? 110.0 : 80.0) + i * 165 * (row ? 1.3 : 1), 292 + row * 56.0}, scale, 0, [&] {
            canvas.line({{0, 0}, {0, -34}}, 8, rgb(0x7d8997));
            canvas.polygon({{-72, -22}, {-46, -92}, {76, -92}, {54, -22}}, rgb(0xdfe7ee));
            for (int column = 0; column < 5; ++column) {
              for (int line = 0; line < 3; ++line) {
                double y = -88 + line * 22, x = -42 + column * 23 - line * 8;
                double shine = std::pow(
                    std::max(0.0, wave(time, 1, -(column + line + i * 3 + row * 2) * 0.05)), 6);
                canvas.polygon({{x, y}, {x + 21, y}, {x + 14, y + 20}, {x - 7, y + 20}},
                               mix(rgb(0x1f4a8c), rgb(0x9fd0ff), shine));
              }
            }
          });
    }
  }
}

void factory_smoke(Canvas& canvas, double time) {
  sky(canvas, rgb(0x7d8490), rgb(0xd9b08a));
  sun(canvas, {110, 130}, 28, rgb(0xf7c98a));
  for (int i = 0; i < 4; ++i) {
    double x = 190 + i * 86.0;
    smoke(canvas, {x + 17, 104 + (i % 2) * 22.0}, 1.05, mix(rgb(0x3a3c44), rgb(0x6a6c74), noise(i)),
          looped(time + i * 0.13), 60);
    canvas.polygon(
        {{x, 290}, {x + 5, 100 + (i % 2) * 22.0}, {x + 29, 100 + (i % 2) * 22.0}, {x + 34, 290}},
        rightward(x, rgb(0xb5664a), x + 34, rgb(0x7a3d2c)));
    for (double y : {122.0, 150.0}) canvas.box(x + 3, y + (i % 2) * 22, 28, 11, rgb(0xf2ede2));
  }
  for (int i = 0; i < 5; ++i) {
    double x = 96 + i * 92.0;
    canvas.polygon({{x, 300}, {x, 224}, {x + 92, 190}, {x + 92, 300}}, rgb(0x55606e));
    canvas.box(x + 12, 246, 30, 22, wave(time, 2, i * 0.2) > -0.5 ? rgb(0xffd877) : rgb(0xb58a3c));
    canvas.box(x + 50, 246, 30, 22, rgb(0xffd877));
  }
  canvas.box(80, 280, 500, 40, rgb(0x444d5a));
  ground(canvas, 312, rgb(0x6a6458), rgb(0x4a453c));
}

void electric_car(Canvas& canvas, double time) {
  sky(canvas, rgb(0x8fd6d0), rgb(0xf0faf0));
  hills(canvas, 240, 18, 61, rgb(0xa5dca0));
  for (int i = 0; i < 4; ++i)
    tree(canvas, {60 + i * 60.0, 272}, 0.8, rgb(0x57ad68), 3 * wave(time, 1, i * 0.2));
  ground(canvas, 268, rgb(0xcfd6da), rgb(0x9ea8b0));
  car(canvas, {250, 334}, 2.1, rgb(0xf7fafc), 0);
  canvas.box(500, 120, 84, 220, downward(120, rgb(0x2fae7a), 340, rgb(0x1c7a54)), 14);
  canvas.box(514, 136, 56, 62, rgb(0x0f2a24), 6);
  double charge = looped(time * 1.0);
  for (int i = 0; i < 4; ++i)
    canvas.box(521, 184 - i * 13.0, 42, 9, charge * 4.99 > i ? rgb(0x7affb0) : rgb(0x24473c), 2);
  std::vector<Point> cable{{500, 240}, {466, 290}, {432, 300}, {404, 282}};
  canvas.curve(cable, 9, ink);
  for (int i = 0; i < 3; ++i) {
    double way = looped(time * 3 + i / 3.0) * 3;
    int stretch = static_cast<int>(way);
    Point a = cable[stretch], b = cable[stretch + 1];
    canvas.glow({a.x + (b.x - a.x) * (way - stretch), a.y + (b.y - a.y) * (way - stretch)}, 16,
                rgb(0x7affb0));
  }
  canvas.box(386, 270, 26, 20, ink, 6);
  double pulse = 1 + 0.1 * wave(time, 4);
  canvas.at({542, 262}, pulse, 0, [&] {
    canvas.polygon({{6, -46}, {-26, 8}, {-2, 8}, {-10, 48}, {26, -10}, {2, -10}}, rgb(0xfff08a));
  });
}

void tractor_field(Canvas& canvas, double time) {
  sky(canvas, rgb(0x7cc4ec), rgb(0xfdf1cf));
  clouds(canvas, 3, 40, 90, 31, 1 - time, white.faded(0.9));
  hills(canvas, 226, 18, 24, rgb(0xa9cf7a), time * width);
  ground(canvas, 240, rgb(0xb08048), rgb(0x6b4526));
  for (int i = 0; i < 9; ++i)
    canvas.line({{0, 256.0 + i * i * 1.6}, {640, 256.0 + i * i * 1.6}}, 2 + i * 0.5,
                rgb(0x5a381e).faded(0.7));
  for (int i = 0; i < 24; ++i) {
    double x = 700 - looped(time * 2 + noise(i)) * 760;
    canvas.oval({x, 262 + noise(i + 40) * 92}, 9, 4, rgb(0x4a2d17).faded(0.7));
  }
  smoke(canvas, {404, 104}, 0.5, rgb(0x6a6c74), time, -60);
  double bump = 2 * wave(time, 6);
  Colour green = rgb(0x2f9a48);
  canvas.box(398, 104 + bump, 11, 60, rgb(0x333b47), 3);
  canvas.box(300, 156 + bump, 160, 66, downward(156, mix(green, white, 0.2), 222, green), 10);
  for (int i = 0; i < 4; ++i)
    canvas.box(420, 168 + i * 11.0 + bump, 34, 5, mix(green, black, 0.45), 2);
  canvas.polygon({{200, 222 + bump}, {214, 100 + bump}, {306, 100 + bump}, {318, 222 + bump}},
                 rgb(0xcfeaf7));
  bust(canvas, {258, 178 + bump}, 0.8, {.hair = rgb(0xd9a441), .top = rgb(0xc4533d)});
  canvas.line({{200, 222 + bump}, {214, 100 + bump}, {306, 100 + bump}, {318, 222 + bump}}, 8,
              green);
  canvas.box(196, 88 + bump, 124, 14, mix(green, black, 0.2), 5);
  canvas.box(190, 206 + bump, 200, 30, mix(green, black, 0.2), 6);
  auto big_wheel = [&](Point centre, double radius) {
    canvas.disc(centre, radius, rgb(0x23262e));
    for (int i = 0; i < 14; ++i) {
      double angle = time * 4 * pi + i * pi / 7;
      canvas.line(
          {{centre.x + radius * 0.8 * std::cos(angle), centre.y + radius * 0.8 * std::sin(angle)},
           {centre.x + radius * 1.04 * std::cos(angle + 0.1),
            centre.y + radius * 1.04 * std::sin(angle + 0.1)}},
          radius * 0.11, rgb(0x3a3f48));
    }
    canvas.disc(centre, radius * 0.55, rgb(0xf2c22f));
    wheel(canvas, centre, radius * 0.5, time * 4 * pi, rgb(0xd9a21a), 6);
  };
  big_wheel({230, 254}, 66);
  big_wheel({426, 278}, 42);
  canvas.line({{170, 270}, {100, 290}}, 9, rgb(0x4d5866));
  for (int i = 0; i < 4; ++i)
    canvas.polygon({{60 + i * 26.0, 286}, {78 + i * 26.0, 286}, {54 + i * 26.0, 328}},
                   rgb(0xc4402f));
}

void wheat_field(Canvas& canvas, double time) {
  sky(canvas, rgb(0x5fb0e6), rgb(0xfdf0c4));
  sun(canvas, {480, 90}, 34, rgb(0xfff0a0));
  clouds(canvas, 3, 50, 100, 81, time, white.faded(0.8));
  hills(canvas, 214, 14, 36, rgb(0x8cbf66));
  canvas.box(80, 150, 70, 64, rgb(0xb5392f));
  canvas.polygon({{70, 154}, {90, 122}, {140, 122}, {160, 154}}, rgb(0x7d3a2c));
  canvas.box(104, 176, 24, 38, white);
  canvas.box(168, 126, 30, 88, rgb(0xc4ced8), 14);
  ground(canvas, 216, rgb(0xf0cb62), rgb(0xb8822a));
  for (int row = 0; row < 5; ++row) {
    double base = 262 + row * 30.0, size = 0.5 + row * 0.2;
    for (int i = 0; i < 34 - row * 3; ++i) {
      double x = (i + noise(row * 50 + i)) * width / (34 - row * 3);
      double bend = size * (10 * wave(time, 2, -x / 400 + row * 0.1) + 6);
      Colour straw = mix(rgb(0xf7d672), rgb(0xc98f2c), noise(row * 40 + i));
      Point top{x + bend, base - 62 * size};
      canvas.curve({{x, base}, {x + bend * 0.3, base - 32 * size}, top}, 2.2 * size,
                   mix(straw, rgb(0x8a9a3c), 0.35));
      for (int grain = 0; grain < 3; ++grain)
        canvas.oval({top.x + bend * 0.1 * grain, top.y - grain * 8 * size}, 4.6 * size, 6 * size,
                    straw);
    }
  }
}

}  // namespace

std::vector<Scene> energy_scenes() {
  return {{"wind-turbines", wind_turbines}, {"solar-panels", solar_panels},
          {"factory-smoke", factory_smoke}, {"electric-car", electric_car},
          {"tractor-field", tractor_field}, {"wheat-field", wheat_field}};
}

}  // namespace antiphon::clips
