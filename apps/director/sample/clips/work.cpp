#include <cmath>

#include "apps/director/sample/clips/motion.h"
#include "apps/director/sample/clips/parts.h"
#include "apps/director/sample/clips/scenes.h"

namespace antiphon::clips {

namespace {

void office(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0xe9eef3), 360, rgb(0xcdd7e0)));
  canvas.inside_box(40, 30, 560, 140, 4, [&] {
    sky(canvas, rgb(0x8cc8ee), rgb(0xe2f2f8));
    for (int i = 0; i < 9; ++i)
      tower(canvas, 40 + i * 64, 180, 54, noise(i + 7, 40, 105), rgb(0x8fa3b8), rgb(0xdcecf5), i,
            0.7);
    clouds(canvas, 2, 76, 90, 12, time, white.faded(0.8));
  });
  for (double x : {40.0, 226.0, 413.0, 596.0}) canvas.box(x - 3, 26, 7, 148, white);
}

void meeting_table(Canvas& canvas, double time) {
  office(canvas, time);
  const Colour tops[] = {rgb(0x2f5f9c), rgb(0xb5485a), rgb(0x3d8a6a), rgb(0xd99a2f)};
  const Colour skins[] = {rgb(0xf0b990), rgb(0x9a6240), rgb(0xe3a878), rgb(0x6f4630)};
  for (int i = 0; i < 4; ++i) {
    double talk = 3 * wave(time, 2, i * 0.25);
    bust(canvas, {110 + i * 140.0, 262}, 1.2,
         {.skin = skins[i], .hair = i == 2 ? rgb(0xb5762f) : rgb(0x2b201a), .top = tops[i]}, talk);
    if (i == 1) {
      canvas.line({{286, 230}, {320, 214}, {330, 176 + 9 * wave(time, 3)}}, 13, tops[i]);
      canvas.disc({330, 172 + 9 * wave(time, 3)}, 9, skins[i]);
    }
  }
  canvas.blob({{-20, 262}, {320, 246}, {660, 262}, {700, 400}, {-60, 400}},
              downward(246, rgb(0xa06a3d), 360, rgb(0x6f4425)));
  for (int i = 0; i < 4; ++i) {
    double x = 84 + i * 140.0;
    canvas.polygon({{x, 282}, {x + 52, 282}, {x + 60, 306}, {x - 8, 306}}, white);
    for (int row = 0; row < 3; ++row)
      canvas.line({{x + 4, 288.0 + row * 6}, {x + 46, 288.0 + row * 6}}, 1.5, rgb(0xa4b0bf));
    canvas.oval({x + 82, 298}, 11, 6, rgb(0xe8e4da));
    canvas.oval({x + 82, 297}, 8, 4, rgb(0x5a3520));
  }
}

void handshake(Canvas& canvas, double time) {
  office(canvas, time);
  canvas.fill(white.faded(0.25));
  double shake = 8 * wave(time, 4);
  bust(canvas, {110, 372}, 2.6, {.hair = rgb(0x3b2a20), .top = rgb(0x24406b)}, 1.5 * wave(time, 1));
  bust(canvas, {530, 372}, 2.6,
       {.skin = rgb(0x8a5a3c), .hair = rgb(0x1d1715), .top = rgb(0x7a3048)}, -1.5 * wave(time, 1));
  Point hands{320, 268 + shake};
  canvas.line({{120, 330}, {hands.x - 62, hands.y + 8}}, 54, rgb(0x2b4c7d));
  canvas.line({{520, 330}, {hands.x + 62, hands.y + 8}}, 54, rgb(0x8c3a55));
  canvas.line({{hands.x - 74, hands.y + 10}, {hands.x - 62, hands.y + 8}}, 48, white);
  canvas.line({{hands.x + 74, hands.y + 10}, {hands.x + 62, hands.y + 8}}, 48, white);
  Colour left = rgb(0xf0b990), right = rgb(0x8a5a3c);
  canvas.line({{hands.x - 50, hands.y + 4}, {hands.x + 10, hands.y}}, 42, left);
  canvas.line({{hands.x + 50, hands.y + 4}, {hands.x + 4, hands.y + 2}}, 40, right);
  for (int i = 0; i < 4; ++i) {
    canvas.line(
        {{hands.x + 4, hands.y - 14 + i * 11.0}, {hands.x - 32 + i * 3.0, hands.y - 12 + i * 11.0}},
        11, mix(right, white, 0.07 * (i % 2)));
  }
  canvas.line({{hands.x - 26, hands.y - 18}, {hands.x + 14, hands.y - 26}}, 13, left);
}

void classroom_board(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0xf0e2c4), 360, rgb(0xdcc498)));
  canvas.box(90, 24, 460, 208, rgb(0x8a5f38), 6);
  canvas.box(102, 36, 436, 184, downward(36, rgb(0x2f6b55), 220, rgb(0x24543f)));
  Colour chalk = rgb(0xf2f6ee);
  double drawn = there_and_back_from(0.35, time, 0.02, 0.7, 0.94);
  canvas.line({{150, 190}, {150, 70}}, 3, chalk);
  canvas.line({{150, 190}, {330, 190}}, 3, chalk);
  std::vector<Point> curve;
  for (int i = 0; i <= 40 * drawn; ++i)
    curve.push_back({150 + i * 4.3, 186 - 0.0034 * std::pow(i * 4.3, 2)});
  canvas.line(curve, 4, rgb(0xffe07a));
  canvas.polygon({{380, 180}, {500, 180}, {380, 90}}, chalk);
  canvas.polygon({{384, 176}, {488, 176}, {384, 98}}, rgb(0x2a614c));
  Point hand = curve.empty() ? Point{150, 186} : curve.back();
  canvas.line({{hand.x + 4, hand.y}, {hand.x + 14, hand.y + 6}}, 7, white);
  canvas.line({{hand.x + 16, hand.y + 8}, {430, 176}, {450, 220}}, 18, rgb(0xb5485a));
  canvas.disc({hand.x + 16, hand.y + 8}, 10, rgb(0xf0b990));
  bust(canvas, {450, 270}, 1.35, {.hair = rgb(0x7b4a24), .top = rgb(0xb5485a)}, 2 * wave(time, 2));
  for (int i = 0; i < 5; ++i) {
    double x = 60 + i * 130.0;
    const Colour tops[] = {rgb(0x3d7edb), rgb(0xf2b632), rgb(0x3d9d6b), rgb(0xe0604a),
                           rgb(0x8a62c8)};
    if (i % 2) canvas.line({{x + 34, 340}, {x + 44, 262 + 6 * wave(time, 2, i * .1)}}, 15, tops[i]);
    if (i % 2) canvas.disc({x + 44, 256 + 6 * wave(time, 2, i * .1)}, 10, rgb(0xe3a878));
    canvas.box(x - 36, 312, 72, 60, tops[i], 24);
    canvas.disc({x, 292}, 25, mix(rgb(0x2b1d14), rgb(0xc9923f), noise(i + 5)));
  }
}

void graduation(Canvas& canvas, double time) {
  sky(canvas, rgb(0x5fb0ea), rgb(0xe4f4fa));
  canvas.box(180, 130, 280, 150, rgb(0xf2e9d6));
  canvas.polygon({{160, 134}, {320, 62}, {480, 134}}, rgb(0xe2d3b4));
  for (int i = 0; i < 6; ++i) canvas.box(200 + i * 44.0, 138, 18, 140, white);
  ground(canvas, 276, rgb(0x86c468), rgb(0x559b4a));
  for (int i = 0; i < 5; ++i) {
    double x = 80 + i * 120.0;
    Pose pose{.left_shoulder = 2.7 + 0.2 * wave(time, 2, i * .2),
              .right_shoulder = -2.7 - 0.2 * wave(time, 2, i * .2)};
    person(canvas, {x, 286}, 1.2, pose,
           {.skin = i % 2 ? rgb(0x9a6240) : rgb(0xf0b990),
            .top = rgb(0x252b4a),
            .trousers = rgb(0x252b4a)});
    canvas.polygon({{x - 16, 250}, {x + 16, 250}, {x + 30, 346}, {x - 30, 346}}, rgb(0x252b4a));
    double fly = std::sin(pi * looped(time + i * 0.08)), y = 186 - 150 * fly;
    canvas.at({x + 8, y}, 1.1, 0.5 * wave(time, 2, i * 0.2) * fly, [&] {
      canvas.box(-16, 2, 32, 14, rgb(0x191e36), 4);
      canvas.polygon({{-36, 0}, {0, -14}, {36, 0}, {0, 14}}, rgb(0x252b4a));
      canvas.line({{0, 0}, {26, 4}, {28, 22}}, 2.5, rgb(0xf2c53d));
      canvas.disc({28, 25}, 4, rgb(0xf2c53d));
    });
  }
}

void bookshelf(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0x6b4328), 360, rgb(0x452a18)));
  const Colour covers[] = {rgb(0xb5392f), rgb(0x2f6f8f), rgb(0xd9a441),
                           rgb(0x3d7a4f), rgb(0x7a4a8c), rgb(0xe6dcc4)};
  for (int shelf = 0; shelf < 3; ++shelf) {
    double x = 10, base = 106 + shelf * 108.0;
    canvas.box(0, base - 98, width, 98, rgb(0x38210f));
    for (int i = 0; x < 624; ++i) {
      int seed = shelf * 60 + i;
      double wide = noise(seed, 16, 32), high = noise(seed + 400, 66, 92);
      Colour cover = covers[(seed * 7 + shelf) % 6];
      canvas.box(x, base - high, wide, high,
                 rightward(x, mix(cover, white, 0.12), x + wide, mix(cover, black, 0.2)), 2);
      canvas.box(x + 3, base - high + 12, wide - 6, 4, rgb(0xf2d89a));
      canvas.box(x + 3, base - 18, wide - 6, 4, rgb(0xf2d89a));
      x += wide + 1;
    }
    canvas.box(0, base, width, 10, downward(base, rgb(0x96643a), base + 10, rgb(0x6b4328)));
  }
  canvas.fill(black.faded(0.25));
  canvas.glow({320, 220}, 300, rgb(0xffdf9a).faded(0.45));
  double turn = looped(time * 2), lift = std::sin(pi * turn);
  canvas.blob({{320, 318}, {200, 300}, {120, 318}, {120, 230}, {210, 214}, {320, 232}},
              rgb(0xfdf6e3));
  canvas.blob({{320, 318}, {440, 300}, {520, 318}, {520, 230}, {430, 214}, {320, 232}},
              rgb(0xf4e9cd));
  for (int row = 0; row < 5; ++row) {
    double y = 240 + row * 13.0;
    canvas.curve({{142, y + 4}, {215, y - 6}, {300, y + 6}}, 2.2, rgb(0x9c8f78));
    canvas.curve({{340, y + 6}, {425, y - 6}, {498, y + 4}}, 2.2, rgb(0x9c8f78));
  }
  double edge = 320 + 196 * std::cos(pi * turn);
  canvas.blob(
      {{320, 318},
       {(320 + edge) / 2, 304 - 40 * lift},
       {edge, 316 - 90 * lift},
       {edge, 230 - 90 * lift},
       {(320 + edge) / 2, 214 - 50 * lift},
       {320, 232}},
      rightward(std::min(320.0, edge), rgb(0xfffaf0), std::max(320.0, edge), rgb(0xe2d3ae)));
  canvas.line({{120, 322}, {320, 328}, {520, 322}}, 7, rgb(0xb5392f));
}

void bright_idea(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0x2c3561), 360, rgb(0x4a4f8c)));
  double lit = 0.25 + 0.75 * there_and_back(time, 0.04, 0.16, 0.85);
  canvas.glow({320, 150}, 300, rgb(0xffdf6b).faded(0.8 * lit));
  for (int i = 0; i < 12; ++i) {
    double angle = i * pi / 6 + 0.2 * wave(time), near = 122 + 6 * wave(time, 3),
           far = near + 36 * lit;
    canvas.line({{320 + near * std::cos(angle), 146 + near * std::sin(angle)},
                 {320 + far * std::cos(angle), 146 + far * std::sin(angle)}},
                7, rgb(0xffe58a).faded(lit));
  }
  Colour glass = mix(rgb(0xb9c3d6), rgb(0xfff0a8), lit);
  canvas.blob({{280, 232},
               {250, 188},
               {236, 140},
               {266, 80},
               {320, 60},
               {374, 80},
               {404, 140},
               {390, 188},
               {360, 232}},
              glass);
  canvas.line({{304, 236}, {290, 160}, {306, 174}, {320, 156}, {334, 174}, {350, 160}, {336, 236}},
              4, mix(rgb(0x6f6a55), rgb(0xf28b24), lit));
  canvas.blob({{262, 130}, {276, 94}, {296, 82}, {284, 110}}, white.faded(0.6));
  for (int i = 0; i < 4; ++i)
    canvas.line({{286, 246 + i * 15.0}, {354, 242 + i * 15.0}}, 13,
                i % 2 ? rgb(0x8b95a3) : rgb(0xaab4c2));
  canvas.box(304, 298, 32, 16, rgb(0x5b6470), 8);
}

}  // namespace

std::vector<Scene> work_scenes() {
  return {{"meeting-table", meeting_table},
          {"handshake", handshake},
          {"classroom-board", classroom_board, 0.7},
          {"graduation", graduation},
          {"bookshelf", bookshelf, 0.35},
          {"bright-idea", bright_idea}};
}

}  // namespace antiphon::clips
