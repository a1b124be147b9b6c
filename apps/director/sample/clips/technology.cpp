#include <cmath>

#include "apps/director/sample/clips/motion.h"
#include "apps/director/sample/clips/parts.h"
#include "apps/director/sample/clips/scenes.h"

namespace antiphon::clips {

namespace {

void server_rack(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0x0b1424), 360, rgb(0x16243d)));
  for (int rack = 0; rack < 4; ++rack) {
    double x = 24 + rack * 152.0;
    canvas.box(x, 20, 138, 310, rgb(0x0a0e16), 6);
    canvas.box(x + 6, 28, 126, 294, rgb(0x222b3a), 3);
    for (int unit = 0; unit < 12; ++unit) {
      double y = 32 + unit * 24.0;
      canvas.box(x + 10, y, 118, 20, downward(y, rgb(0x3d4a60), y + 20, rgb(0x2a3446)), 3);
      for (int i = 0; i < 6; ++i) canvas.box(x + 62 + i * 10, y + 5, 6, 10, rgb(0x161d29), 1);
      for (int lamp = 0; lamp < 4; ++lamp) {
        int seed = rack * 100 + unit * 7 + lamp;
        bool is_on = wave(time, 2 + seed % 5, noise(seed)) > -0.2;
        Colour colour = seed % 9 == 0   ? rgb(0xffb13d)
                        : seed % 4 == 0 ? rgb(0x4ab8ff)
                                        : rgb(0x46e68a);
        Point place{x + 19 + lamp * 10.0, y + 10};
        if (is_on) canvas.glow(place, 9, colour.faded(0.7));
        canvas.disc(place, 2.8, is_on ? colour : mix(colour, black, 0.75));
      }
    }
  }
  canvas.box(0, 330, width, 30, downward(330, rgb(0x26344f), 360, rgb(0x111a2b)));
}

void network_cloud(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0xdff0fb), 360, rgb(0xa9d2f0)));
  const Point ends[] = {{90, 300}, {210, 310}, {330, 312}, {450, 310}, {560, 300}};
  for (int i = 0; i < 5; ++i) {
    Point from{320 + (ends[i].x - 320) * 0.4, 170};
    canvas.line({from, ends[i]}, 4, rgb(0x5a8fc4).faded(0.6));
    for (int packet = 0; packet < 3; ++packet) {
      double way = looped(time * 2 + packet / 3.0 + i * 0.13);
      double share = i % 2 ? way : 1 - way;
      canvas.disc({from.x + (ends[i].x - from.x) * share, from.y + (ends[i].y - from.y) * share},
                  6.5, i % 2 ? rgb(0x2fae6b) : rgb(0xf28b24));
    }
  }
  double bob = 4 * wave(time);
  cloud(canvas, {324, 124 + bob}, 3.1, rgb(0x8fb9dc));
  cloud(canvas, {320, 118 + bob}, 3.0, white);
  canvas.line({{320, 150 + bob}, {320, 96 + bob}}, 11, rgb(0x3f86d6));
  canvas.polygon({{294, 104 + bob}, {320, 72 + bob}, {346, 104 + bob}}, rgb(0x3f86d6));
  for (int i = 0; i < 5; ++i) {
    Point place = ends[i];
    if (i % 2) {
      canvas.box(place.x - 17, place.y - 30, 34, 62, ink, 6);
      canvas.box(place.x - 13, place.y - 24, 26, 46, rgb(0x9fd8ff), 2);
    } else {
      canvas.box(place.x - 38, place.y - 28, 76, 50, ink, 5);
      canvas.box(place.x - 33, place.y - 23, 66, 40, rgb(0x9fd8ff), 2);
      canvas.polygon({{place.x - 48, place.y + 32},
                      {place.x - 36, place.y + 22},
                      {place.x + 36, place.y + 22},
                      {place.x + 48, place.y + 32}},
                     rgb(0x6b7888));
    }
  }
}

void padlock_closing(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0x0d1f3c), 360, rgb(0x173a63)));
  for (int i = 0; i < 22; ++i) {
    double x = i * 30 + 6.0;
    for (int row = 0; row < 13; ++row) {
      bool is_one = noise(i * 40 + row) > 0.5;
      double shine = 0.10 + 0.12 * (1 + wave(time, 1 + i % 2, noise(i) - row / 13.0));
      if (is_one)
        canvas.box(x + 4, row * 28 + 8.0, 3, 13, rgb(0x5ad1ff).faded(shine), 1);
      else
        canvas.oval({x + 5, row * 28 + 14.5}, 4.5, 6.5, rgb(0x5ad1ff).faded(shine * 0.7));
    }
  }
  double closed = there_and_back(time, 0.08, 0.2, 0.9);
  canvas.glow({320, 220}, 230, mix(rgb(0xf0524a), rgb(0x35d07f), closed).faded(0.55));
  double up = 44 * (1 - closed);
  canvas.line({{266, 190}, {266, 120 - up}}, 24, rgb(0xc4ced8));
  canvas.line({{374, 190 - up}, {374, 120 - up}}, 24, rgb(0xa9b5c2));
  canvas.arc({320, 122 - up}, 54, pi, 2 * pi, 24, rgb(0xc4ced8));
  canvas.box(226, 166, 188, 150, downward(166, rgb(0xffd45c), 316, rgb(0xe0972a)), 22);
  canvas.disc({320, 226}, 20, rgb(0x4d3510));
  canvas.polygon({{312, 232}, {328, 232}, {336, 280}, {304, 280}}, rgb(0x4d3510));
}

void shield_attack(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0x2a1230), 360, rgb(0x4b1f3c)));
  for (int i = 0; i < 16; ++i) {
    double angle = i * pi / 8 + noise(i) * 0.3, way = looped(time * 2 + noise(i + 30));
    double far = 380 - way * 240;
    Point tip{320 + far * std::cos(angle), 180 + far * std::sin(angle) * 0.8};
    Point tail{320 + (far + 46) * std::cos(angle), 180 + (far + 46) * std::sin(angle) * 0.8};
    canvas.line({tip, tail}, 5, rgb(0xf0524a).faded(1 - way * 0.3));
    if (way > 0.85) canvas.glow(tip, 34, rgb(0xffd45c).faded((way - 0.85) * 6));
  }
  double pulse = 1 + 0.03 * wave(time, 2);
  canvas.glow({320, 180}, 220, rgb(0x4ab8ff).faded(0.6));
  canvas.at({320, 178}, pulse, 0, [&] {
    auto shield = [&](double size, const Paint& paint) {
      canvas.polygon({{0, -118 * size},
                      {46 * size, -98 * size},
                      {96 * size, -90 * size},
                      {92 * size, 6 * size},
                      {62 * size, 72 * size},
                      {0, 124 * size},
                      {-62 * size, 72 * size},
                      {-92 * size, 6 * size},
                      {-96 * size, -90 * size},
                      {-46 * size, -98 * size}},
                     paint);
    };
    shield(1, rgb(0xdfeefa));
    shield(0.88, rightward(-90, rgb(0x3f9be8), 90, rgb(0x2467ae)));
    canvas.line({{-40, 0}, {-10, 32}, {46, -38}}, 20, white);
  });
}

void phone_messages(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0xf7c9a9), 360, rgb(0xf09a8c)));
  canvas.disc({100, 90}, 130, white.faded(0.12));
  canvas.disc({560, 300}, 160, white.faded(0.12));
  canvas.box(222, 12, 196, 336, rgb(0x1d2230), 28);
  canvas.box(232, 30, 176, 300, rgb(0xf4f6fa), 14);
  canvas.box(232, 30, 176, 30, rgb(0x3f86d6), 12);
  canvas.disc({252, 45}, 9, white);
  const double wide[] = {104, 84, 120, 70, 110};
  for (int i = 0; i < 5; ++i) {
    double shown = i < 2 ? 1 : there_and_back(time, 0.14 * i - 0.18, 0.14 * i - 0.1, 0.94);
    if (shown <= 0) continue;
    bool is_mine = i % 2;
    double w = wide[i] * shown, y = 74 + i * 50.0, x = is_mine ? 400 - w : 240;
    canvas.box(x, y, w, 38 * shown, is_mine ? rgb(0x46c46f) : rgb(0xdde3ec), 14);
    for (int row = 0; row < 2; ++row) {
      canvas.box(x + 12, y + 10 + row * 11, (w - 24) * (row ? 0.6 : 1), 5,
                 (is_mine ? white : rgb(0x8b97a8)).faded(shown), 2);
    }
  }
  for (int i = 0; i < 4; ++i) {
    double side = i % 2 ? 1 : -1, rise = looped(time + i * 0.25);
    Point place{320 + side * (150 + 36.0 * (i / 2)), 310 - 260 * rise};
    canvas.box(place.x - 34, place.y - 24, 68, 46, white.faded(std::sin(pi * rise)), 16);
    canvas.polygon(
        {{place.x - 12, place.y + 18}, {place.x + 8, place.y + 18}, {place.x - 14, place.y + 36}},
        white.faded(std::sin(pi * rise)));
    if (i % 2)
      heart(canvas, place, 0.5, rgb(0xe8466a).faded(std::sin(pi * rise)));
    else
      for (double x : {-14.0, 0.0, 14.0})
        canvas.disc({place.x + x, place.y}, 4.5, rgb(0x3f86d6).faded(std::sin(pi * rise)));
  }
}

void email_envelopes(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0x5aa9e6), 360, rgb(0xb4dcf7)));
  auto envelope = [&](Point centre, double scale, double turn) {
    canvas.at(centre, scale, turn, [&] {
      canvas.box(-60, -38, 120, 80, black.faded(0.12), 6);
      canvas.box(-62, -42, 124, 82, downward(-42, white, 40, rgb(0xe6edf4)), 6);
      canvas.line({{-58, 36}, {-14, -2}}, 2.5, rgb(0xb4c4d4));
      canvas.line({{58, 36}, {14, -2}}, 2.5, rgb(0xb4c4d4));
      canvas.polygon({{-60, -40}, {60, -40}, {0, 12}}, rgb(0xf7fafd));
      canvas.line({{-60, -40}, {0, 12}, {60, -40}}, 3, rgb(0x9fb4c8));
    });
  };
  for (int i = 0; i < 9; ++i) {
    double way = looped(time + i / 9.0);
    envelope({-90 + way * 820, 60 + (i * 5 % 9) * 32 + 12 * wave(time, 1, noise(i))},
             noise(i + 6, 0.45, 0.75), 0.16 * wave(time, 1, noise(i + 20)));
    canvas.line(
        {{-180 + way * 820, 66 + (i * 5 % 9) * 32.0}, {-140 + way * 820, 66 + (i * 5 % 9) * 32.0}},
        3, white.faded(0.6));
  }
  envelope({320, 186 + 8 * wave(time)}, 2.1, 0.03 * wave(time, 1, .25));
  canvas.disc({440, 104 + 8 * wave(time)}, 24 + 3 * wave(time, 3), rgb(0xe8433f));
  canvas.line({{440, 116 + 8 * wave(time)}, {440, 92 + 8 * wave(time)}}, 6, white);
}

void robot_arm(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0x9fb2c4), 360, rgb(0xdbe3ea)));
  for (int i = 0; i < 6; ++i) canvas.box(i * 112 + 8, 20, 96, 120, rgb(0xc4d3df), 4);
  canvas.box(0, 282, width, 26, rgb(0x3b4350));
  for (int i = 0; i < 17; ++i)
    canvas.disc({looped(i / 17.0 + time) * 700 - 30, 295}, 9, rgb(0x6b7686));
  for (int i = 0; i < 5; ++i) {
    double x = looped(time + i / 5.0) * 800 - 80;
    canvas.box(x - 36, 232, 72, 50, rgb(0xc8925a), 3);
    canvas.box(x - 7, 232, 14, 50, rgb(0xe6c79a));
  }
  auto arm = [&](double base_x, double phase, Colour colour) {
    double dip = wave(time, 5, phase);
    Point base{base_x, 336}, shoulder{base_x, 250}, elbow{base_x - 50 + 8 * dip, 130},
        wrist{base_x + 60, 128 + 20 * dip};
    canvas.box(base.x - 44, base.y - 40, 88, 70, rgb(0x4d5866), 8);
    canvas.line({{base.x, 310}, shoulder}, 44, mix(colour, black, 0.15));
    canvas.line({shoulder, elbow}, 34, colour);
    canvas.line({elbow, wrist}, 26, mix(colour, white, 0.12));
    for (Point joint : {shoulder, elbow, wrist}) {
      canvas.disc(joint, 17, rgb(0x333b47));
      canvas.disc(joint, 7, rgb(0x8b97a8));
    }
    canvas.line({wrist, {wrist.x, wrist.y + 40}}, 12, rgb(0x333b47));
    canvas.line(
        {{wrist.x, wrist.y + 40}, {wrist.x - 14, wrist.y + 54}, {wrist.x - 10, wrist.y + 72}}, 6,
        rgb(0x333b47));
    canvas.line(
        {{wrist.x, wrist.y + 40}, {wrist.x + 14, wrist.y + 54}, {wrist.x + 10, wrist.y + 72}}, 6,
        rgb(0x333b47));
  };
  arm(190, 0, rgb(0xf28b24));
  arm(450, 0.5, rgb(0xf2b632));
}

void code_screen(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0x5b6b86), 360, rgb(0x39445a)));
  ground(canvas, 300, rgb(0x9a6b42), rgb(0x6b4527));
  canvas.box(120, 20, 400, 250, rgb(0x1a1e28), 12);
  canvas.box(132, 32, 376, 226, rgb(0x232a3a), 4);
  canvas.polygon({{286, 270}, {354, 270}, {366, 304}, {274, 304}}, rgb(0x8b95a3));
  canvas.box(240, 302, 160, 9, rgb(0x737d8b), 4);
  const Colour words[] = {rgb(0xf07a8c), rgb(0x6bd0ff), rgb(0xb6e36b), rgb(0xf7d06b),
                          rgb(0xc9a4ff)};
  constexpr int rows = 24;
  canvas.inside_box(132, 32, 376, 226, 4, [&] {
    for (int row = 0; row < rows + 14; ++row) {
      double y = 44 + row * 17 - time * rows * 17;
      int line = row % rows, words_in_line = 1 + static_cast<int>(noise(line) * 4);
      canvas.box(142, y, 10, 6, white.faded(0.25), 3);
      double x = 166 + 22 * static_cast<int>(noise(line + 40) * 4);
      for (int i = 0; i < words_in_line; ++i) {
        double wide = noise(line * 9 + i, 20, 72);
        canvas.box(x, y, wide, 8, words[(line * 3 + i) % 5], 4);
        x += wide + 8;
      }
    }
  });
  canvas.box(176, 318, 288, 34, rgb(0x2b303b), 6);
  for (int i = 0; i < 39; ++i) {
    bool is_down = static_cast<int>(time * 24) % 24 == (i * 7) % 24;
    canvas.box(182 + (i % 13) * 21.5, 322 + (i / 13) * 9.5, 18, 7,
               is_down ? rgb(0xf7d06b) : rgb(0x6b7484), 2);
  }
}

}  // namespace

std::vector<Scene> technology_scenes() {
  return {{"server-rack", server_rack},
          {"network-cloud", network_cloud},
          {"padlock-closing", padlock_closing},
          {"shield-attack", shield_attack},
          {"phone-messages", phone_messages, 0.75},
          {"email-envelopes", email_envelopes},
          {"robot-arm", robot_arm},
          {"code-screen", code_screen}};
}

}  // namespace antiphon::clips
