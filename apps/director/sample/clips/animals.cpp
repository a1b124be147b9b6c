#include <cmath>

#include "apps/director/sample/clips/motion.h"
#include "apps/director/sample/clips/parts.h"
#include "apps/director/sample/clips/scenes.h"

namespace antiphon::clips {

namespace {

void ocean_waves(Canvas& canvas, double time) {
  sky(canvas, rgb(0x4aa3df), rgb(0xd9f0f7));
  sun(canvas, {500, 80}, 28, rgb(0xfff0b0));
  clouds(canvas, 3, 40, 90, 7, time, white.faded(0.8));
  for (int layer = 0; layer < 5; ++layer) {
    double level = 176 + layer * 38 + 5 * wave(time, 1, layer * 0.2);
    Colour top = mix(rgb(0x6cc4e6), rgb(0x0f5f9c), layer / 4.0);
    double shift = (layer % 2 ? 1 : -1) * time * 160 + layer * 50;
    water(canvas, level - 4, 7 + layer * 2.5, shift, white.faded(0.75));
    water(canvas, level, 7 + layer * 2.5, shift,
          downward(level, top, level + 120, mix(top, black, 0.3)));
  }
}

void sailing_boat(Canvas& canvas, double time) {
  sky(canvas, rgb(0x3f97dc), rgb(0xe5f5fb));
  clouds(canvas, 4, 40, 110, 17, time, white.faded(0.9));
  hills(canvas, 214, 12, 93, rgb(0x7fa88f));
  water(canvas, 216, 3, time * 160, downward(216, rgb(0x58b4dc), 360, rgb(0x1c6ca8)));
  canvas.at({320, 262 + 5 * wave(time, 2)}, 1.2, 0.06 * wave(time, 2, 0.25), [&] {
    canvas.line({{0, 0}, {0, -170}}, 5, rgb(0x6b4a32));
    canvas.blob({{8, -164}, {74, -60}, {92, -16}, {8, -16}},
                rightward(0, white, 92, rgb(0xdde6ee)));
    canvas.blob({{-6, -150}, {-38, -60}, {-64, -16}, {-6, -16}}, rgb(0xe84a4a));
    canvas.polygon({{-90, -8}, {104, -8}, {70, 26}, {-62, 26}},
                   downward(-8, rgb(0x8a5a34), 26, rgb(0x5c3a20)));
    canvas.line({{-90, -6}, {104, -6}}, 5, white);
    canvas.polygon({{0, -184}, {26 + 4 * wave(time, 3), -177}, {0, -170}}, rgb(0xf2c53d));
  });
  for (int i = 0; i < 3; ++i) {
    double level = 278 + i * 28.0;
    water(canvas, level, 6 + i, -time * 160 * (i + 1) + i * 40,
          downward(level, mix(rgb(0x4aa9d8), rgb(0x155a94), i / 2.0).faded(0.92), 360,
                   rgb(0x0f4a80)));
  }
}

void fish(Canvas& canvas, Point centre, double scale, Colour colour, double time) {
  canvas.at(centre, scale, 0, [&] {
    double tail = 8 * wave(time, 4);
    canvas.blob({{-26, 0}, {-52, -18 + tail}, {-46, tail}, {-52, 18 + tail}},
                mix(colour, black, 0.15));
    canvas.blob({{-8, -16}, {4, -34}, {14, -16}}, mix(colour, black, 0.15));
    canvas.oval({0, 0}, 34, 20, downward(-20, mix(colour, white, 0.3), 20, colour));
    canvas.box(-6, -18, 8, 36, white.faded(0.75), 4);
    canvas.disc({19, -5}, 5.5, white);
    canvas.disc({20.5, -5}, 2.8, ink);
  });
}

void fish_reef(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0x45c3e6), 360, rgb(0x0b3f78)));
  for (int i = 0; i < 5; ++i) {
    double x = i * 150 + 20 * wave(time, 1, i * 0.2);
    canvas.polygon({{x, -5}, {x + 46, -5}, {x - 40, 360}, {x - 140, 360}}, white.faded(0.07));
  }
  ground(canvas, 326, rgb(0xe4cf96), rgb(0xb79a60));
  for (int i = 0; i < 13; ++i) {
    double x = 14 + i * 52.0, sway = 12 * wave(time, 2, i * 0.17), high = noise(i, 60, 140);
    canvas.curve({{x, 340}, {x + sway * 0.4, 340 - high * 0.5}, {x + sway, 340 - high}}, 9,
                 i % 3 ? rgb(0x2f9a62) : rgb(0xe0567c));
  }
  const Colour colours[] = {rgb(0xf58b2a), rgb(0xf5d13a), rgb(0xe8506a), rgb(0x7a6ae0)};
  for (int i = 0; i < 7; ++i) {
    double x = looped(i * 3 / 7.0 + noise(i, 0, 0.1) + time) * 780 - 70;
    double y = 60 + i * 34 + 8 * wave(time, 2, noise(i + 9));
    fish(canvas, {x, y}, noise(i + 40, 0.7, 1.35), colours[i % 4], time + i * 0.1);
  }
  for (int i = 0; i < 24; ++i) {
    double rise = looped(noise(i + 70) + time);
    canvas.ring({noise(i + 20) * width + 6 * wave(rise, 3), 350 - rise * 380}, noise(i, 2, 6), 1.5,
                white.faded(0.7));
  }
}

void whale_sea(Canvas& canvas, double time) {
  sky(canvas, rgb(0x75b9e6), rgb(0xf8e6cf));
  clouds(canvas, 3, 30, 80, 27, time, white.faded(0.8));
  water(canvas, 196, 4, time * 160, downward(196, rgb(0x4d9fcb), 360, rgb(0x1d5c92)));
  double up = 10 * wave(time);
  canvas.at({300, 250 - up}, 1.25, -0.04 * wave(time, 1, 0.25), [&] {
    for (int i = 0; i < 26; ++i) {
      double age = looped(noise(i) + time * 3), side = noise(i + 30, -1, 1);
      canvas.disc({62 + side * 46 * age, -58 - 100 * age * (1.3 - age)}, 4.5 * (1.1 - age) + 1,
                  white.faded(0.85 * (1.1 - age)));
    }
    canvas.blob(
        {{-120, -6}, {-158, -54}, {-196, -66}, {-172, -42}, {-182, -22}, {-150, -30}, {-120, 22}},
        rgb(0x2f4f74));
    canvas.blob({{-140, 8}, {-60, -34}, {40, -56}, {118, -34}, {134, 14}, {60, 44}, {-60, 40}},
                downward(-56, rgb(0x4a7099), 44, rgb(0x2b4868)));
    canvas.blob({{20, 30}, {132, 14}, {100, 38}, {40, 46}}, rgb(0xdbe6ef));
    canvas.disc({88, -4}, 4.5, ink);
    canvas.disc({89.5, -5.5}, 1.5, white);
  });
  for (int i = 0; i < 3; ++i) {
    double level = 268 + i * 30.0;
    water(canvas, level, 6, -time * 160 + i * 50,
          downward(level, mix(rgb(0x4b9dcc), rgb(0x174f85), i / 2.0).faded(0.93), 360,
                   rgb(0x123f6e)));
  }
}

void beach_palm(Canvas& canvas, double time) {
  sky(canvas, rgb(0x35a7e3), rgb(0xd8f3fa));
  sun(canvas, {140, 74}, 32, rgb(0xfff0a0));
  clouds(canvas, 2, 60, 100, 37, time, white.faded(0.85));
  water(canvas, 190, 2, time * 160, downward(190, rgb(0x2aa5d0), 320, rgb(0x7fdce2)));
  double wash = 12 * wave(time);
  hills(canvas, 292 + wash, 8, 13, white.faded(0.85));
  hills(canvas, 298 + wash, 8, 13, rgb(0xe2c48c));
  hills(canvas, 312, 8, 13, downward(300, rgb(0xf5dfa8), 360, rgb(0xe0bd79)));
  palm(canvas, {470, 330}, 1.7, 6 * wave(time));
  palm(canvas, {570, 344}, 1.35, 5 * wave(time, 1, 0.2));
  canvas.line({{240, 330}, {258, 206}}, 6, white);
  for (int i = 0; i < 6; ++i) {
    double from = 258 + (i - 3) * 32.0;
    canvas.polygon(
        {{258, 190}, {from, 242 - 6 * std::abs(i - 2.5)}, {from + 32, 242 - 6 * std::abs(i - 1.5)}},
        i % 2 ? white : rgb(0xe8463f));
  }
  canvas.polygon({{150, 346}, {250, 346}, {270, 322}, {168, 322}}, rgb(0x2f8fd0));
  canvas.polygon({{190, 346}, {210, 346}, {228, 322}, {208, 322}}, white);
  canvas.disc({330, 334}, 17, rgb(0xf25f5c));
  canvas.arc({330, 334}, 9, -1.2, 1.2, 6, white);
}

void dog_park(Canvas& canvas, double time) {
  sky(canvas, rgb(0x7cc5ee), rgb(0xe8f7ea));
  hills(canvas, 240, 16, 3, rgb(0x97cf7d));
  tree(canvas, {540, 290}, 1.7, rgb(0x4a9e55), 3 * wave(time));
  ground(canvas, 276, rgb(0x7cc25f), rgb(0x4d9845));
  soft_shadow(canvas, {290, 334}, 120);
  Colour coat = rgb(0xc98a4b), dark = rgb(0x8c5a2c);
  double bob = 3 * wave(time, 4), wag = 0.5 * wave(time, 6);
  canvas.at({212, 228}, 1, wag - 0.5,
            [&] { canvas.curve({{0, 0}, {-30, -26}, {-34, -66}}, 15, coat); });
  for (double x : {222.0, 250.0, 330.0, 356.0})
    canvas.box(x, 252, 22, 82, x < 240 || x > 340 ? coat : mix(coat, black, 0.15), 10);
  canvas.blob({{200, 236}, {240, 200}, {340, 198}, {380, 226}, {370, 276}, {290, 276}, {214, 276}},
              coat);
  canvas.at({372, 176 + bob}, 1, 0.05 * wave(time, 4), [&] {
    canvas.curve({{-14, 24}, {-24, 46}}, 52, coat);
    canvas.oval({0, 0}, 46, 42, coat);
    canvas.oval({40, 14}, 32, 22, mix(coat, white, 0.35));
    canvas.oval({67, 5}, 10, 8, ink);
    canvas.blob({{34, 28}, {58, 30}, {54, 50 + bob}, {42, 52 + bob}}, rgb(0xf0758a));
    canvas.blob({{-26, -34}, {-6, -30}, {-14, 12}, {-34, 30}, {-46, 0}}, dark);
    canvas.disc({16, -10}, 6, ink);
    canvas.disc({18, -12}, 2, white);
  });
  canvas.line({{330, 214}, {366, 226}}, 11, rgb(0xd9384a));
  double throw_time = looped(time * 2);
  canvas.disc({550, 314 - 70 * 4 * throw_time * (1 - throw_time)}, 15, rgb(0xd4ec4a));
}

void cat_window(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0xf0d9b8), 360, rgb(0xd9b78c)));
  canvas.box(130, 20, 380, 256, white, 8);
  canvas.inside_box(144, 34, 352, 228, 2, [&] {
    sky(canvas, rgb(0x7fc8f0), rgb(0xe5f6ea));
    clouds(canvas, 3, 70, 130, 5, time, white);
    hills(canvas, 230, 14, 8, rgb(0x86c170));
  });
  canvas.box(314, 20, 12, 256, white);
  canvas.box(90, 270, 460, 26, downward(270, white, 296, rgb(0xd8cbb8)), 4);
  Colour fur = rgb(0x54565f);
  double tail = 14 * wave(time, 2);
  canvas.curve({{384, 262}, {430, 266}, {448, 310}, {436 + tail, 344}}, 17, fur);
  canvas.blob({{300, 274}, {300, 200}, {340, 164}, {386, 200}, {398, 274}}, fur);
  canvas.blob({{318, 274}, {326, 226}, {346, 226}, {352, 274}}, mix(fur, white, 0.75));
  canvas.at({330, 146}, 1, 0.07 * wave(time), [&] {
    canvas.polygon({{-40, -14}, {-38, -60}, {-6, -34}}, fur);
    canvas.polygon({{40, -14}, {38, -60}, {6, -34}}, fur);
    canvas.polygon({{-34, -24}, {-33, -48}, {-16, -34}}, rgb(0xf0a0a8));
    canvas.polygon({{34, -24}, {33, -48}, {16, -34}}, rgb(0xf0a0a8));
    canvas.oval({0, 0}, 46, 40, fur);
    double open = looped(time * 2) > 0.92 ? 1.5 : 10;
    for (double x : {-17.0, 17.0}) {
      canvas.oval({x, -4}, 10, open, rgb(0xc9e35a));
      canvas.oval({x, -4}, 3, open * 0.9, ink);
      for (double y : {10.0, 17.0}) canvas.line({{x, 12}, {x * 3.4, y}}, 1.4, white.faded(0.8));
    }
    canvas.polygon({{-6, 9}, {6, 9}, {0, 16}}, rgb(0xf0899a));
    canvas.arc({-5, 17}, 5, 0, pi, 2, ink);
    canvas.arc({5, 17}, 5, 0, pi, 2, ink);
  });
}

void birds_flight(Canvas& canvas, double time) {
  sky(canvas, rgb(0x3d5a9c), rgb(0xf9b977));
  sun(canvas, {320, 236}, 44, rgb(0xfff0c0));
  clouds(canvas, 5, 120, 210, 57, time, rgb(0xf7c9a0).faded(0.6));
  hills(canvas, 306, 14, 6, rgb(0x3a3f63));
  hills(canvas, 334, 12, 9, rgb(0x252944));
  for (int i = 0; i < 11; ++i) {
    int rank = (i + 1) / 2, side = i % 2 ? 1 : -1;
    Point place{430.0 - rank * 62 + 14 * wave(time),
                130.0 + side * rank * 17 + 6 * wave(time, 2, i * 0.1)};
    double flap = 20 * wave(time, 5, i * 0.13);
    canvas.at(place, 1.15, -0.05, [&] {
      canvas.blob({{-24, 2}, {0, -6}, {28, -2}, {0, 6}}, rgb(0x1d2036));
      canvas.blob({{-6, -2}, {-16, -flap * 1.5}, {-30, -flap * 1.9}, {10, -1}}, rgb(0x1d2036));
      canvas.blob({{-2, 0}, {0, -flap * 1.3}, {-6, -flap * 1.9}, {14, -1}}, rgb(0x2b2f4c));
    });
  }
}

}  // namespace

std::vector<Scene> animal_scenes() {
  return {{"ocean-waves", ocean_waves}, {"sailing-boat", sailing_boat}, {"fish-reef", fish_reef},
          {"whale-sea", whale_sea},     {"beach-palm", beach_palm},     {"dog-park", dog_park},
          {"cat-window", cat_window},   {"birds-flight", birds_flight}};
}

}  // namespace antiphon::clips
