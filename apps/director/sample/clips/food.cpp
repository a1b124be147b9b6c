#include <cmath>

#include "apps/director/sample/clips/motion.h"
#include "apps/director/sample/clips/parts.h"
#include "apps/director/sample/clips/scenes.h"

namespace antiphon::clips {

namespace {

void coffee_steam(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0x6f4630), 360, rgb(0x3a2216)));
  canvas.glow({180, 80}, 260, rgb(0xf2b36b).faded(0.5));
  canvas.box(0, 270, width, 90, downward(270, rgb(0xb07a4a), 360, rgb(0x7d5028)));
  canvas.oval({300, 306}, 170, 26, black.faded(0.25));
  canvas.oval({300, 298}, 160, 24, rgb(0xe8e2d6));
  canvas.oval({300, 294}, 120, 16, rgb(0xcfc6b5));
  canvas.ring({420, 206}, 34, 15, rgb(0xf2ede2));
  canvas.blob({{196, 150}, {404, 150}, {392, 240}, {350, 290}, {250, 290}, {208, 240}},
              rightward(196, white, 404, rgb(0xd6cdbb)));
  canvas.oval({300, 152}, 104, 24, rgb(0xf7f3ea));
  canvas.oval({300, 154}, 94, 19, rgb(0x5a3018));
  canvas.oval({300 + 6 * wave(time), 154}, 60, 11, rgb(0x9a6238));
  canvas.oval({300 + 6 * wave(time), 154}, 30, 5, rgb(0xdcb488));
  steam(canvas, {300, 146}, 1.25, time);
  for (int i = 0; i < 9; ++i) {
    canvas.at({470 + noise(i) * 140, 300 + noise(i + 7) * 40}, 1, noise(i + 3) * 3, [&] {
      canvas.oval({0, 0}, 14, 9, rgb(0x4a2814));
      canvas.curve({{-12, 0}, {0, 2}, {12, 0}}, 2, rgb(0x2a150a));
    });
  }
}

void cafe_breakfast(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0xf7dfae), 360, rgb(0xe8b878)));
  for (int i = 0; i < 10; ++i) canvas.box(i * 64, 0, 32, height, white.faded(0.28));
  for (int i = 0; i < 6; ++i) canvas.box(0, i * 64, width, 32, white.faded(0.28));
  canvas.disc({260, 196}, 142, black.faded(0.12));
  canvas.disc({260, 190}, 138, white);
  canvas.ring({260, 190}, 108, 3, rgb(0xdfe4ea));
  canvas.blob({{180, 150}, {240, 130}, {286, 160}, {270, 216}, {206, 226}, {170, 196}},
              rgb(0xfdfbf4));
  canvas.disc({226, 178}, 27 + 1.5 * wave(time, 2), rgb(0xf7a51f));
  canvas.disc({218, 170}, 8, white.faded(0.5));
  for (int i = 0; i < 3; ++i)
    canvas.curve({{296 + i * 26.0, 120 + i * 12.0},
                  {284 + i * 26.0, 156 + i * 10.0},
                  {302 + i * 24.0, 190 + i * 8.0},
                  {290 + i * 22.0, 226.0 + i * 4}},
                 17, i % 2 ? rgb(0xd9694f) : rgb(0xb5432f));
  canvas.disc({220, 262}, 26, rgb(0xe0483e));
  canvas.disc({266, 276}, 24, rgb(0xd93a32));
  canvas.line({{76, 90}, {76, 300}}, 9, rgb(0xa9b4c0));
  for (double x : {62.0, 76.0, 90.0}) canvas.line({{x, 70}, {x, 130}}, 5, rgb(0xa9b4c0));
  canvas.disc({510, 120}, 70, rgb(0xe8e2d6));
  canvas.disc({510, 120}, 54, white);
  canvas.disc({510, 120}, 46, rgb(0x6b3d1f));
  canvas.arc({510, 120}, 26, time * 2 * pi, time * 2 * pi + 4.2, 8, rgb(0xdcb488));
  canvas.arc({510, 120}, 12, time * 2 * pi + 1, time * 2 * pi + 5, 6, rgb(0xf2dcb8));
  canvas.ring({574, 120}, 14, 8, white);
  steam(canvas, {510, 110}, 0.8, time);
  canvas.blob({{440, 300}, {470, 236}, {540, 222}, {600, 262}, {596, 306}, {560, 280}, {500, 280}},
              rgb(0xd9923f));
  for (int i = 0; i < 4; ++i)
    canvas.curve({{466 + i * 32.0, 244}, {474 + i * 30.0, 276}}, 5, rgb(0xa9641f));
}

void frying_pan(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0xf2e6cf), 360, rgb(0xd9c29a)));
  for (int row = 0; row < 4; ++row) {
    for (int i = 0; i < 12; ++i)
      canvas.box(i * 56 + (row % 2) * 28 - 28, row * 56, 54, 54,
                 mix(rgb(0xe9f0ee), rgb(0xcfe0dc), noise(row * 12 + i)), 3);
  }
  canvas.box(0, 300, width, 60, downward(300, rgb(0x3a3f48), 360, rgb(0x23262e)));
  for (int i = 0; i < 15; ++i) {
    double x = 190 + i * 17.0, tall = 24 + 9 * wave(time, 4 + i % 3, noise(i));
    canvas.blob({{x - 9, 302},
                 {x - 6, 302 - tall * 0.5},
                 {x, 302 - tall},
                 {x + 6, 302 - tall * 0.5},
                 {x + 9, 302}},
                downward(302 - tall, rgb(0xff9a2f), 302, rgb(0x3f8fff)));
  }
  double toss = std::max(0.0, wave(time, 2));
  canvas.at({300, 250}, 1, -0.12 * toss, [&] {
    canvas.line({{150, 2}, {330, -26}}, 20, rgb(0x2b1d14));
    canvas.blob({{-160, -14}, {160, -14}, {136, 26}, {-136, 26}}, rgb(0x2f343d));
    canvas.oval({0, -14}, 160, 20, rgb(0x4a515d));
    canvas.oval({0, -12}, 146, 15, rgb(0x23272f));
  });
  const Colour foods[] = {rgb(0xe0483e), rgb(0x5fb04a), rgb(0xf2b632), rgb(0xf28b24),
                          rgb(0xf4e9cd)};
  for (int i = 0; i < 26; ++i) {
    double up = toss * noise(i + 40, 50, 160);
    canvas.at({300 + noise(i, -118, 118), 234 - up + noise(i + 9, -4, 8)}, 1,
              noise(i) * 6 + toss * 4, [&] { canvas.box(-11, -8, 22, 16, foods[i % 5], 5); });
  }
  steam(canvas, {300, 200}, 1.3, time);
}

void chef_pot(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0xd4e6e0), 360, rgb(0xb0cfc6)));
  canvas.box(30, 40, 180, 14, rgb(0x9a6b42));
  for (int i = 0; i < 4; ++i)
    canvas.box(44 + i * 40, 2, 28, 38, mix(rgb(0xe0604a), rgb(0xf2c53d), i / 3.0), 6);
  canvas.box(0, 290, width, 70, downward(290, rgb(0xc4986a), 360, rgb(0x8f643a)));
  bust(canvas, {440, 292}, 1.9, {.hair = rgb(0x4a2e1a), .top = rgb(0xf7fafc)}, 2 * wave(time, 2));
  canvas.box(404, 92, 72, 38, white, 6);
  for (double x : {404.0, 440.0, 476.0}) canvas.disc({x, 78}, 29, white);
  double stir = 26 * wave(time, 2);
  canvas.line({{396, 256}, {340, 216}, {250 + stir, 176}}, 24, rgb(0xe9eef2));
  canvas.line({{250 + stir, 120}, {230 + stir * 0.6, 240}}, 9, rgb(0xa9703a));
  canvas.disc({250 + stir, 168}, 15, rgb(0xf0b990));
  canvas.oval({220, 212}, 104, 22, rgb(0x9aa6b2));
  canvas.oval({220, 214}, 94, 17, rgb(0xd9692f));
  for (int i = 0; i < 10; ++i) {
    double age = looped(noise(i) + time * 2);
    canvas.disc({220 + noise(i + 6, -70, 70), 214 + noise(i + 13, -8, 8)}, 8 * age,
                rgb(0xf2994a).faded(1 - age));
  }
  canvas.line({{250 + stir, 150}, {236 + stir * 0.6, 214}}, 9, rgb(0xa9703a));
  canvas.blob({{116, 212},
               {324, 212},
               {322, 290},
               {300, 306},
               {140, 306},
               {118, 290},
               {116, 212},
               {150, 230},
               {220, 236},
               {290, 230}},
              rgb(0x8b97a5));
  canvas.box(116, 226, 208, 80, rightward(116, rgb(0xc4ced8), 324, rgb(0x7d8997)), 16);
  canvas.line({{100, 244}, {116, 244}}, 12, ink);
  canvas.line({{324, 244}, {340, 244}}, 12, ink);
  steam(canvas, {200, 200}, 1.3, time);
}

void birthday_cake(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0x5a3f7d), 360, rgb(0xc46a8c)));
  const Colour colours[] = {rgb(0xf0524a), rgb(0x4ab8ff), rgb(0xffd45c), rgb(0x6fd08a),
                            rgb(0xf58bd0)};
  for (int i = 0; i < 5; ++i) {
    double x = 60 + i * 130 + 8 * wave(time, 1, i * 0.2),
           y = 90 + (i % 2) * 40 + (i == 2 ? -40 : 0) + 8 * wave(time, 1, i * 0.3);
    canvas.curve({{x, y + 40}, {x + 6, y + 100}, {x - 4, y + 160}}, 1.5, white.faded(0.7));
    canvas.oval({x, y}, 32, 40, colours[i]);
    canvas.oval({x - 10, y - 14}, 7, 11, white.faded(0.5));
  }
  ground(canvas, 304, rgb(0x8a4a6b), rgb(0x5a2f4a));
  canvas.oval({320, 316}, 190, 22, rgb(0xf2ede2));
  canvas.box(170, 214, 300, 104, rightward(170, rgb(0xf7c9d4), 470, rgb(0xe08fa6)), 14);
  canvas.box(170, 262, 300, 14, rgb(0x8a4a2a));
  canvas.box(216, 150, 208, 78, rightward(216, rgb(0xfff3e2), 424, rgb(0xf0d4b8)), 14);
  for (int i = 0; i < 10; ++i) canvas.disc({186 + i * 30.0, 220}, 17, white);
  for (int i = 0; i < 7; ++i) canvas.disc({232 + i * 29.0, 156}, 16, rgb(0xf0749a));
  for (int i = 0; i < 14; ++i)
    canvas.disc({190 + noise(i) * 260, 284 + noise(i + 8) * 24}, 4, colours[i % 5]);
  for (int i = 0; i < 6; ++i) {
    double x = 240 + i * 32.0, flicker = wave(time, 5 + i % 3, noise(i));
    canvas.box(x - 5, 104, 10, 46, colours[i % 5], 3);
    canvas.glow({x, 90}, 36 + 5 * flicker, rgb(0xffc84a));
    canvas.blob({{x - 6, 98}, {x - 4, 88}, {x + 2 * flicker, 74}, {x + 4, 88}, {x + 6, 98}},
                rgb(0xfff0a0));
  }
}

}  // namespace

std::vector<Scene> food_scenes() {
  return {{"coffee-steam", coffee_steam},
          {"cafe-breakfast", cafe_breakfast},
          {"frying-pan", frying_pan, 0.07},
          {"chef-pot", chef_pot},
          {"birthday-cake", birthday_cake}};
}

}  // namespace antiphon::clips
