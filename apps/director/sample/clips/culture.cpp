#include <cmath>

#include "apps/director/sample/clips/motion.h"
#include "apps/director/sample/clips/parts.h"
#include "apps/director/sample/clips/scenes.h"

namespace antiphon::clips {

namespace {

void note(Canvas& canvas, Point place, double scale, Colour colour) {
  canvas.at(place, scale, 0, [&] {
    canvas.oval({0, 0}, 9, 7, colour);
    canvas.line({{8, -1}, {8, -36}}, 3, colour);
    canvas.curve({{8, -36}, {20, -28}, {18, -16}}, 4, colour);
  });
}

void rising_notes(Canvas& canvas, double time, double left, double right, Colour colour) {
  for (int i = 0; i < 7; ++i) {
    double rise = looped(time + i / 7.0);
    note(canvas, {left + (right - left) * noise(i + 3) + 18 * wave(rise, 2), 310 - 290 * rise},
         noise(i, 0.8, 1.3), colour.faded(std::sin(pi * rise)));
  }
}

void guitar_player(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0x4a2466), 360, rgb(0xb5485a)));
  canvas.polygon({{200, -5}, {300, -5}, {470, 360}, {110, 360}}, rgb(0xffe0a0).faded(0.16));
  rising_notes(canvas, time, 30, 180, rgb(0xffe58a));
  rising_notes(canvas, looped(time + 0.5), 500, 610, rgb(0xffe58a));
  canvas.at({310, 210}, 1.3, -0.42, [&] {
    canvas.box(20, -11, 230, 20, rgb(0x4a2c18), 3);
    canvas.box(240, -18, 48, 34, rgb(0x2f1a0d), 6);
    for (int i = 0; i < 3; ++i) {
      canvas.disc({250 + i * 14.0, -22}, 5, rgb(0xe6dcc4));
      canvas.disc({250 + i * 14.0, 20}, 5, rgb(0xe6dcc4));
    }
    canvas.blob({{-140, 0},
                 {-122, -66},
                 {-60, -74},
                 {-10, -46},
                 {44, -52},
                 {66, 0},
                 {44, 50},
                 {-10, 44},
                 {-60, 72},
                 {-122, 64}},
                downward(-74, rgb(0xf0a24a), 72, rgb(0xb8641f)));
    canvas.disc({0, 0}, 29, rgb(0x4a2410));
    canvas.ring({0, 0}, 33, 3, rgb(0xf7dcae));
    canvas.box(-96, -26, 14, 52, rgb(0x4a2410), 3);
    for (int i = 0; i < 12; ++i)
      canvas.line({{70 + i * 14.5, -10}, {70 + i * 14.5, 8}}, 1.5, rgb(0xcfc6b5));
    for (int i = 0; i < 6; ++i) {
      double y = -9 + i * 3.4, buzz = 2.6 * wave(time, 12, i * 0.3);
      canvas.curve({{-90, y * 1.6}, {0, y + buzz}, {245, y}}, 1.3, white);
    }
    double strum = 26 * wave(time, 4);
    canvas.line({{-60, 130}, {-40, 66}, {-10, strum}}, 24, rgb(0xf0b990));
    canvas.disc({-10, strum}, 17, rgb(0xf0b990));
  });
}

void piano_keys(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0x161a26), 360, rgb(0x2b3044)));
  canvas.glow({320, 60}, 300, rgb(0xffd99a).faded(0.4));
  canvas.box(0, 118, width, 30, downward(118, rgb(0x3a2418), 148, rgb(0x140a06)));
  canvas.box(0, 144, width, 5, rgb(0xb5392f));
  int step = static_cast<int>(time * 16);
  auto pressed = [step](int key) { return key == (step * 5) % 14 || key == (step * 3 + 6) % 14; };
  for (int key = 0; key < 14; ++key) {
    double x = key * 46.0 - 2, down = pressed(key) ? 9 : 0;
    canvas.box(x, 148, 44, 190 + down,
               downward(148, rgb(0xe6e2d8), 338, pressed(key) ? rgb(0xffe9b0) : white), 5);
  }
  for (int key = 0; key < 14; ++key) {
    int place = key % 7;
    if (place == 2 || place == 6) continue;
    canvas.box(key * 46.0 + 29, 146, 28, 112, downward(146, rgb(0x2b2f3a), 258, rgb(0x08090d)), 4);
  }
  for (int i = 0; i < 14; ++i) {
    double rise = looped(time * 2 + noise(i));
    note(canvas, {20 + i * 46.0, 128 - 140 * rise}, 0.9, rgb(0xffd99a).faded(std::sin(pi * rise)));
  }
}

void video_camera(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0x283048), 360, rgb(0x4a5272)));
  for (int i = 0; i < 6; ++i)
    canvas.glow({60 + i * 110.0, 90 + (i % 2) * 50.0 + 6 * wave(time, 1, i * .2)}, 46,
                rgb(0xffc46b).faded(0.6));
  canvas.line({{320, 250}, {230, 366}}, 12, rgb(0x191d28));
  canvas.line({{320, 250}, {410, 366}}, 12, rgb(0x191d28));
  canvas.line({{320, 250}, {320, 366}}, 12, rgb(0x10131b));
  canvas.at({320, 176}, 1, 0.06 * wave(time), [&] {
    canvas.box(-130, -56, 190, 118, downward(-56, rgb(0x3d4558), 62, rgb(0x1d2230)), 14);
    for (double x : {-88.0, 6.0}) {
      canvas.disc({x, -86}, 44, rgb(0x2b3040));
      canvas.ring({x, -86}, 38, 4, rgb(0x5b6478));
      for (int i = 0; i < 5; ++i) {
        double angle = time * 2 * pi + i * 0.4 * pi;
        canvas.disc({x + 22 * std::cos(angle), -86 + 22 * std::sin(angle)}, 9, rgb(0x8b95aa));
      }
      canvas.disc({x, -86}, 7, rgb(0x8b95aa));
    }
    canvas.box(56, -30, 34, 64, rgb(0x2b3040), 4);
    canvas.polygon({{88, -26}, {142, -52}, {142, 56}, {88, 30}}, rgb(0x191d28));
    canvas.oval({142, 2}, 15, 54, rgb(0x4ab8ff));
    canvas.oval({145, -12}, 6, 20, white.faded(0.6));
    if (looped(time * 4) < 0.55) {
      canvas.glow({-104, -30}, 30, rgb(0xff3b30));
      canvas.disc({-104, -30}, 10, rgb(0xff3b30));
    }
    canvas.box(-80, -16, 100, 56, rgb(0x10131b), 6);
    canvas.box(-74, -10, 88, 44, rgb(0x6fb8e8), 3);
    canvas.polygon({{-74, 34}, {-40, 6}, {-16, 26}, {-4, 16}, {14, 34}}, rgb(0x3d8a4f));
  });
}

void cinema_screen(Canvas& canvas, double time) {
  canvas.fill(rgb(0x120d14));
  canvas.glow({320, 120}, 380, rgb(0x8fb8ff).faded(0.3));
  canvas.box(110, 24, 420, 200, white, 4);
  canvas.inside_box(118, 32, 404, 184, 2, [&] {
    sky(canvas, rgb(0xe9825f), rgb(0xfde0a8));
    sun(canvas, {400, 150}, 26, rgb(0xfff0c0));
    hills(canvas, 180, 20, 8, rgb(0x8a5f7d), time * width);
    hills(canvas, 206, 12, 3, rgb(0x4d3552), time * width * 2);
    for (int i = 0; i < 2; ++i) {
      canvas.at({250 + i * 60.0, 170 - 3 * std::abs(wave(time, 4, i * 0.3))}, 0.9, 0, [&] {
        person(canvas, {0, 0}, 0.8, walking(time * 4 + i * 0.3, 0.7),
               {.top = i ? rgb(0xe0483e) : rgb(0x2f6fc4)});
      });
    }
  });
  for (double x : {0.0, 560.0}) {
    for (int i = 0; i < 4; ++i)
      canvas.box(x + i * 20, 0, 20, 300,
                 rightward(x + i * 20, rgb(0xb5242f), x + i * 20 + 20, rgb(0x6b0f1a)));
  }
  double shine = 0.12 + 0.05 * wave(time, 6);
  canvas.polygon({{320, 400}, {110, 24}, {530, 24}}, white.faded(shine * 0.7));
  for (int row = 0; row < 2; ++row) {
    for (int i = 0; i < 7; ++i) {
      double x = 40 + i * 94 + row * 44.0, y = 288 + row * 44.0;
      canvas.disc({x, y - 24 + 1.5 * wave(time, 2, noise(i + row * 9))}, 19, rgb(0x1f1824));
      canvas.box(x - 38, y - 12, 76, 100, mix(rgb(0x7a1a26), black, 0.25 * (1 - row)), 16);
    }
  }
}

void fireworks(Canvas& canvas, double time) {
  sky(canvas, rgb(0x0a0f2b), rgb(0x33285a));
  stars(canvas, 60, 220, time);
  const Colour colours[] = {rgb(0xff5a5a), rgb(0xffd45c), rgb(0x5ad1ff), rgb(0x8aff8a),
                            rgb(0xff8af0)};
  for (int burst = 0; burst < 8; ++burst) {
    double age = looped(time * 2 + noise(burst + 3));
    Point centre{70 + burst * 72.0, 70 + noise(burst + 30) * 110};
    Colour colour = colours[burst % 5];
    if (age < 0.3) {
      double rise = age / 0.3, y = 340 - (340 - centre.y) * (1 - (1 - rise) * (1 - rise));
      canvas.line({{centre.x, y}, {centre.x, y + 34 * (1 - rise)}}, 3, rgb(0xffe9b0).faded(0.8));
      continue;
    }
    double open = (age - 0.3) / 0.7, reach = 100 * (1 - std::pow(1 - open, 3)),
           fade = 1 - open * open;
    if (open < 0.25) canvas.glow(centre, 130, colour.faded(0.9 * (1 - open * 4)));
    for (int i = 0; i < 26; ++i) {
      double angle = i * pi / 13, part = i % 2 ? 1 : 0.62;
      Point tip{centre.x + reach * part * std::cos(angle),
                centre.y + reach * part * std::sin(angle) + 42 * open * open};
      Point tail{centre.x + reach * part * 0.72 * std::cos(angle),
                 centre.y + reach * part * 0.72 * std::sin(angle) + 30 * open * open};
      canvas.line({tail, tip}, 2.6, colour.faded(fade * 0.6));
      canvas.disc(tip, 3.2, mix(colour, white, 0.5).faded(fade));
    }
  }
  for (int i = 0; i < 9; ++i)
    tower(canvas, i * 76 - 16, 366, 62, noise(i + 51, 40, 100), rgb(0x0c1024), rgb(0xffd877), i + 3,
          0.4);
}

void painter_easel(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0xf2e8d8), 360, rgb(0xd9c4a4)));
  for (double x : {220.0, 440.0}) canvas.line({{330, 10}, {x, 370}}, 11, rgb(0xa9703a));
  canvas.box(190, 40, 280, 214, rgb(0xfdfaf2), 3);
  canvas.box(176, 254, 308, 14, rgb(0x8a5a2c), 4);
  double done = there_and_back_from(0.3, time, 0.02, 0.78, 0.95);
  canvas.inside_box(196, 46, 268 * done, 202, 0, [&] {
    sky(canvas, rgb(0x5fb0ea), rgb(0xfde3b8));
    sun(canvas, {400, 96}, 22, rgb(0xffd45c));
    peaks(canvas, 180, 90, 3, rgb(0x7d86c0), white);
    hills(canvas, 190, 12, 7, rgb(0x5fae5a));
    for (int i = 0; i < 8; ++i)
      flower(canvas, {210 + i * 34.0, 226}, 13, i % 2 ? rgb(0xe8467c) : rgb(0xf2813a));
  });
  Point brush{196 + 268 * done, 146 + 70 * wave(time, 6)};
  canvas.line({brush, {brush.x + 14, brush.y + 18}}, 11, rgb(0x2f6fc4));
  canvas.line({{brush.x + 14, brush.y + 18}, {brush.x + 70, brush.y + 90}}, 7, rgb(0x7a4a28));
  canvas.line({{brush.x + 52, brush.y + 68}, {brush.x + 110, 300}, {brush.x + 120, 390}}, 26,
              rgb(0x8a62c8));
  canvas.disc({brush.x + 52, brush.y + 68}, 17, rgb(0xf0b990));
  canvas.blob({{30, 290}, {70, 250}, {150, 256}, {176, 300}, {140, 336}, {110, 322}, {60, 340}},
              rgb(0xc8925a));
  const Colour paints[] = {rgb(0xe0392f), rgb(0xf2b632), rgb(0x3fae6f), rgb(0x2f6fc4),
                           rgb(0x8a62c8)};
  for (int i = 0; i < 5; ++i)
    canvas.disc({62 + i * 23.0, 290 - 14 * std::sin(pi * i / 4.0)}, 11, paints[i]);
}

}  // namespace

std::vector<Scene> culture_scenes() {
  return {{"guitar-player", guitar_player}, {"piano-keys", piano_keys},
          {"video-camera", video_camera},   {"cinema-screen", cinema_screen},
          {"fireworks", fireworks},         {"painter-easel", painter_easel, 0.7}};
}

}  // namespace antiphon::clips
