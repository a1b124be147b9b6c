#include <cmath>

#include "apps/director/sample/clips/motion.h"
#include "apps/director/sample/clips/parts.h"
#include "apps/director/sample/clips/scenes.h"

namespace antiphon::clips {

namespace {

void sunrise_mountains(Canvas& canvas, double time) {
  double up = (1 - std::cos(2 * pi * time)) / 2;
  sky(canvas, mix(rgb(0x2c3a6b), rgb(0x6fb5e8), up), mix(rgb(0xf08a5b), rgb(0xfde3a7), up));
  sun(canvas, {400, 250 - 130 * up}, 34, mix(rgb(0xffb45e), rgb(0xfff3c4), up));
  peaks(canvas, 262, 150, 3, downward(110, rgb(0x7f8fc0), 262, rgb(0xa79fc4)), rgb(0xfdf6f0));
  peaks(canvas, 300, 120, 8, downward(180, rgb(0x47588c), 300, rgb(0x6a6d9c)), rgb(0xe9edf7));
  hills(canvas, 304, 14, 5, downward(290, rgb(0x3c6b57), 360, rgb(0x1f4439)));
  for (int i = 0; i < 9; ++i) {
    pine(canvas, {noise(i + 60) * width, 350 + noise(i) * 12}, noise(i + 9, 0.5, 0.9),
         rgb(0x234f40));
  }
}

void hiker_ridge(Canvas& canvas, double time) {
  sky(canvas, rgb(0x58a6dd), rgb(0xdff1fb));
  clouds(canvas, 4, 40, 110, 4, time, white.faded(0.85));
  peaks(canvas, 300, 190, 14, downward(100, rgb(0x8794b8), 300, rgb(0xb3c3d6)), white);
  hills(canvas, 290, 20, 31, downward(270, rgb(0x6aa564), 360, rgb(0x3d7a46)), time * width);
  canvas.polygon({{-10, 340}, {650, 268}, {650, 370}, {-10, 370}},
                 downward(280, rgb(0x9b7a54), 360, rgb(0x6f5338)));
  for (int i = 0; i < 12; ++i) {
    double x = looped(i / 12.0 + noise(i) * 0.04 - time) * 700 - 30;
    canvas.oval({x, 345 - x * 0.112 + noise(i, 4, 30)}, 12, 6, rgb(0x5d4630).faded(0.6));
  }
  Pose pose = walking(time * 4, 0.5);
  pose.left_shoulder = 0.5 - 0.3 * wave(time, 4);
  Point hip{300, 238 - 3 * std::abs(wave(time, 4))};
  Looks looks{.top = rgb(0xe4572e), .trousers = rgb(0x35506b)};
  canvas.box(hip.x - 40, hip.y - 66, 30, 52, downward(170, rgb(0x3f8f6c), 240, rgb(0x256049)), 10);
  canvas.box(hip.x - 44, hip.y - 76, 38, 13, rgb(0xd9b24c), 6);
  person(canvas, hip, 1.25, pose, looks);
  double pole = 350 + 26 * wave(time, 4);
  canvas.line({{336, 208}, {pole, 305}}, 3, rgb(0x30343c));
}

void forest_sunbeams(Canvas& canvas, double time) {
  sky(canvas, rgb(0x9fce8a), rgb(0xf1f7c8));
  for (int layer = 0; layer < 3; ++layer) {
    Colour leaf = mix(rgb(0xa4cf90), rgb(0x2f6b3c), layer / 2.0);
    for (int i = 0; i < 9; ++i) {
      int seed = layer * 20 + i;
      double x = (i + noise(seed)) * width / 9;
      double sway = 3 * wave(time, 1, noise(seed + 3));
      canvas.box(x - 5 - layer * 2, 60, 10 + layer * 4, 250 + layer * 12,
                 mix(leaf, rgb(0x4a3526), 0.35 + layer * 0.25));
      canvas.disc({x + sway, 40 + layer * 8.0}, 52, leaf);
      canvas.disc({x + 34 + sway, 22}, 46, mix(leaf, white, 0.08));
    }
    ground(canvas, 268 + layer * 26, mix(leaf, rgb(0x86b85d), 0.5), leaf);
  }
  for (int i = 0; i < 5; ++i) {
    double x = 120 + i * 110 + 14 * wave(time, 1, i * 0.2);
    Colour light = rgb(0xfffbd0).faded(0.17 + 0.1 * wave(time, 1, i * 0.37));
    canvas.polygon({{x, -10}, {x + 34, -10}, {x - 60, 330}, {x - 150, 330}}, light);
  }
  for (int i = 0; i < 16; ++i) {
    Point mote{noise(i) * width + 12 * wave(time, 1, noise(i + 5)),
               looped(noise(i + 30) - time) * 300 + 20};
    canvas.disc(mote, 2.2, rgb(0xfffbd0).faded(0.8));
  }
}

void autumn_leaves(Canvas& canvas, double time) {
  sky(canvas, rgb(0x9cc7e3), rgb(0xfbeccb));
  hills(canvas, 240, 24, 50, rgb(0xd9a05b));
  ground(canvas, 280, rgb(0xc7873f), rgb(0x9a5f2b));
  const Colour colours[] = {rgb(0xd9482b), rgb(0xf09a2a), rgb(0xf2c53d), rgb(0xb5432a)};
  for (int i = 0; i < 5; ++i) {
    tree(canvas, {70 + i * 126.0, 300 + (i % 2) * 24.0}, 1.5 + 0.3 * (i % 2), colours[i % 4],
         3 * wave(time, 1, i * 0.2));
  }
  for (int i = 0; i < 60; ++i) {
    canvas.oval({noise(i + 200) * width, 312 + noise(i + 300) * 46}, 8, 4, colours[i % 4]);
  }
  for (int i = 0; i < 42; ++i) {
    double fall = looped(noise(i) + time);
    Point place{noise(i + 90) * width + 34 * wave(fall, 2), fall * 400 - 30};
    canvas.at(place, 1, 6 * noise(i) + 2 * pi * fall * 2, [&] {
      canvas.blob({{-10, 0}, {0, -6}, {11, 0}, {0, 6}}, colours[(i + 1) % 4]);
      canvas.line({{-13, 0}, {5, 0}}, 1.2, rgb(0x7a3c1a));
    });
  }
}

void camel(Canvas& canvas, Point base, double scale, double time) {
  canvas.at(base, scale, 0, [&] {
    Colour coat = rgb(0x7d4f2b);
    for (int i = 0; i < 4; ++i) {
      double swing = 8 * wave(time, 4, i * 0.25);
      double x = -28 + i * 17.0;
      canvas.line({{x, -44}, {x + swing * 0.3, -22}, {x + swing, 0}}, 6, mix(coat, black, 0.15));
    }
    canvas.oval({0, -50}, 38, 17, coat);
    canvas.blob({{-26, -58}, {-14, -84}, {0, -62}, {12, -84}, {26, -56}, {0, -46}}, coat);
    canvas.curve({{34, -52}, {52, -56}, {56, -86}}, 11, coat);
    canvas.oval({64, -90}, 13, 7, coat);
    canvas.curve({{-38, -54}, {-46, -40}}, 3, coat);
  });
}

void desert_camels(Canvas& canvas, double time) {
  sky(canvas, rgb(0x4b9fd8), rgb(0xfde5b4));
  sun(canvas, {510, 80}, 34, rgb(0xfff3b8));
  hills(canvas, 230, 30, 71, downward(190, rgb(0xf2c27c), 300, rgb(0xd99a52)), time * width);
  hills(canvas, 280, 26, 77, downward(250, rgb(0xeab05f), 330, rgb(0xc98440)));
  for (int i = 0; i < 3; ++i) camel(canvas, {170 + i * 140.0, 300}, 1.15, time + i * 0.13);
  hills(canvas, 322, 16, 83, downward(300, rgb(0xdc9a4c), 360, rgb(0xb26f33)), time * width * 2);
}

void volcano_eruption(Canvas& canvas, double time) {
  sky(canvas, rgb(0x2a1a2e), rgb(0x8c3b2f));
  smoke(canvas, {320, 120}, 1.7, rgb(0x51434c), time, 60);
  smoke(canvas, {310, 110}, 1.4, rgb(0x6e5a60), looped(time + 0.2), 20);
  canvas.glow({320, 118}, 170 + 16 * wave(time, 3), rgb(0xff7a2a).faded(0.8));
  for (int i = 0; i < 46; ++i) {
    double age = looped(noise(i) + time * 2), side = noise(i + 50, -1, 1);
    Point spark{320 + side * 230 * age,
                122 - 250 * age * (1.05 - age) * noise(i + 99, 0.6, 1.3) + 90 * age * age};
    canvas.disc(spark, 4.5 * (1.1 - age), mix(rgb(0xfff0a0), rgb(0xf0451c), age));
  }
  canvas.polygon(
      {{40, 370}, {268, 122}, {290, 128}, {320, 120}, {350, 128}, {372, 122}, {600, 370}},
      downward(120, rgb(0x5a3a38), 350, rgb(0x271c22)));
  for (int i = 0; i < 3; ++i) {
    double x = 296 + i * 24.0, out = (i - 1) * 60;
    canvas.curve({{x, 124}, {x + out * 0.3, 190}, {x + out * 0.5 - 12, 260}, {x + out, 370}},
                 9 + 2 * wave(time, 2, i * 0.3), rgb(0xff6a1f));
    canvas.curve({{x, 124}, {x + out * 0.3, 190}, {x + out * 0.5 - 12, 260}, {x + out, 370}}, 3.5,
                 rgb(0xffd65c));
  }
  hills(canvas, 340, 12, 90, rgb(0x160f16));
}

void flower_growing(Canvas& canvas, double time) {
  sky(canvas, rgb(0x8fd0f2), rgb(0xeaf8e4));
  sun(canvas, {560, 70}, 30, rgb(0xffe27a));
  hills(canvas, 270, 18, 12, rgb(0x8cc977));
  ground(canvas, 292, rgb(0x7a5236), rgb(0x4c3222));
  for (int i = 0; i < 5; ++i) {
    double x = 100 + i * 110.0;
    double grown = there_and_back_from(0.5, time, 0.02 + i * 0.05, 0.5 + i * 0.05, 0.9);
    double top = 300 - 170 * grown * noise(i + 3, 0.8, 1.1);
    double sway = 6 * wave(time, 1, i * 0.2) * grown;
    canvas.oval({x, 304}, 36, 9, rgb(0x5e3d28));
    canvas.curve({{x, 304}, {x - 4, (304 + top) / 2}, {x + sway, top}}, 6, rgb(0x3d8f45));
    double leaf = 34 * grown, low = 304 - (304 - top) * 0.4;
    canvas.blob(
        {{x, low + 8}, {x + leaf * 0.6, low - 10}, {x + leaf, low - 16}, {x + leaf * 0.5, low}},
        rgb(0x52ab57));
    canvas.blob(
        {{x, low}, {x - leaf * 0.6, low - 18}, {x - leaf, low - 22}, {x - leaf * 0.5, low - 6}},
        rgb(0x46a04e));
    const Colour petals[] = {rgb(0xe8467c), rgb(0xf2813a), rgb(0x9a5fd0)};
    flower(canvas, {x + sway, top}, 30 * ramp(grown, 0.45, 1), petals[i % 3], i);
  }
}

void watering_garden(Canvas& canvas, double time) {
  sky(canvas, rgb(0x9ad7f0), rgb(0xf2fae0));
  for (int i = 0; i < 14; ++i) canvas.box(i * 48 + 2, 150, 42, 130, rgb(0xe6d3b0), 6);
  canvas.box(0, 180, width, 14, rgb(0xd3bb90));
  ground(canvas, 270, rgb(0x79b55b), rgb(0x4c8a3d));
  canvas.box(60, 300, 420, 60, rgb(0x6b472f), 14);
  for (int i = 0; i < 9; ++i) {
    double x = 90 + i * 45.0, sway = 4 * wave(time, 2, i * 0.15);
    canvas.curve({{x, 312}, {x + sway, 268}}, 5, rgb(0x3d8f45));
    const Colour petals[] = {rgb(0xe8467c), rgb(0xffd24a), rgb(0xf2813a), rgb(0xb06ad8)};
    flower(canvas, {x + sway, 258 - (i % 3) * 10.0}, 20, petals[i % 4], sway * 0.05);
  }
  for (int i = 0; i < 60; ++i) {
    double age = looped(noise(i) + time * 3);
    double x = 352 - age * noise(i + 20, 60, 200), y = 140 + age * age * 150 + noise(i + 9) * 8;
    canvas.line({{x, y}, {x - 3, y + 9}}, 2.4, rgb(0x6db7e8).faded(0.85));
  }
  canvas.at({450, 120}, 1, -0.42 + 0.04 * wave(time, 2), [&] {
    canvas.line({{-40, 30}, {-104, -8}}, 13, rgb(0x2f8f86));
    canvas.polygon({{-112, -26}, {-94, 8}, {-104, 16}, {-124, -20}}, rgb(0x277a72));
    canvas.ring({44, 6}, 36, 9, rgb(0x277a72));
    canvas.box(-46, -34, 92, 84, rightward(-46, rgb(0x44b5aa), 46, rgb(0x2f8f86)), 12);
  });
}

}  // namespace

std::vector<Scene> nature_scenes() {
  return {{"sunrise-mountains", sunrise_mountains, 0.35},
          {"hiker-ridge", hiker_ridge},
          {"forest-sunbeams", forest_sunbeams},
          {"autumn-leaves", autumn_leaves},
          {"desert-camels", desert_camels},
          {"volcano-eruption", volcano_eruption},
          {"flower-growing", flower_growing, 0.8},
          {"watering-garden", watering_garden}};
}

}  // namespace antiphon::clips
