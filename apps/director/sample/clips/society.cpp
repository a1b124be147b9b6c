#include <cmath>

#include "apps/director/sample/clips/motion.h"
#include "apps/director/sample/clips/parts.h"
#include "apps/director/sample/clips/scenes.h"

namespace antiphon::clips {

namespace {

void justice_scales(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0x4a3426), 360, rgb(0x241710)));
  for (int i = 0; i < 5; ++i) {
    double x = 20 + i * 136.0;
    canvas.box(x, 0, 56, 310, rightward(x, rgb(0x7a5a42), x + 56, rgb(0x4d3626)));
    canvas.box(x - 8, 0, 72, 18, rgb(0x8a6a50));
  }
  canvas.glow({320, 170}, 300, rgb(0xf7d99a).faded(0.45));
  ground(canvas, 306, rgb(0x6b4428), rgb(0x3d2412));
  Paint gold = rightward(270, rgb(0xffe58a), 370, rgb(0xc08a24));
  canvas.box(312, 80, 16, 216, gold, 5);
  canvas.polygon({{270, 310}, {306, 282}, {334, 282}, {370, 310}}, gold);
  canvas.box(252, 304, 136, 16, gold, 6);
  double tilt = 0.16 * wave(time);
  Point left{320 - 150 * std::cos(tilt), 92 + 150 * std::sin(tilt)},
      right{320 + 150 * std::cos(tilt), 92 - 150 * std::sin(tilt)};
  canvas.line({left, {320, 88}, right}, 11, rgb(0xf2c95a));
  canvas.disc({320, 82}, 17, rgb(0xffe58a));
  for (Point end : {left, right}) {
    canvas.line({{end.x - 54, end.y + 110}, end, {end.x + 54, end.y + 110}}, 2.5, rgb(0xf2d98a));
    canvas.inside_box(end.x - 70, end.y + 110, 140, 60, 0,
                      [&] { canvas.oval({end.x, end.y + 110}, 64, 34, rgb(0xd9a43a)); });
    canvas.oval({end.x, end.y + 110}, 64, 9, rgb(0xffe58a));
  }
}

void judge_gavel(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0x24354d), 360, rgb(0x131e30)));
  for (int i = 0; i < 4; ++i) canvas.box(20 + i * 156, 20, 134, 230, rgb(0x2f435f), 6);
  ground(canvas, 280, rgb(0x8a5a34), rgb(0x54331a));
  for (int i = 0; i < 3; ++i)
    canvas.box(60 + i * 6, 256 - i * 24.0, 150 - i * 12, 24, i == 1 ? rgb(0x9a2f2f) : rgb(0x2f6b55),
               3);
  canvas.oval({400, 304}, 92, 20, rgb(0x3a200f));
  canvas.box(308, 270, 184, 34, downward(270, rgb(0xa9703a), 304, rgb(0x6b4020)), 6);
  canvas.oval({400, 270}, 92, 19, rgb(0xc48a4c));
  double swing = looped(time * 3),
         lift = swing < 0.25 ? 1 - std::pow(swing / 0.25, 2) : ramp(swing, 0.35, 1.0);
  if (swing > 0.24 && swing < 0.45) {
    double ring = (swing - 0.24) / 0.21;
    for (int i = 0; i < 7; ++i) {
      double angle = -pi + i * pi / 6;
      Point from{400 + 110 * std::cos(angle), 258 + 70 * std::sin(angle)};
      canvas.line(
          {from, {from.x + 40 * ring * std::cos(angle), from.y + 40 * ring * std::sin(angle)}}, 5,
          rgb(0xffe58a).faded(1 - ring));
    }
  }
  canvas.at({620, 292}, 1, 0.62 * lift, [&] {
    canvas.line({{0, 0}, {-200, -56}}, 17, rgb(0x8a5a2c));
    canvas.at({-216, -62}, 1, 0.27, [&] {
      canvas.box(-42, -46, 84, 92, rightward(-42, rgb(0xc4843f), 42, rgb(0x7a4a1f)), 8);
      canvas.box(-48, -52, 96, 20, rgb(0xa9682c), 6);
      canvas.box(-48, 32, 96, 20, rgb(0xa9682c), 6);
    });
  });
}

void ballot_box(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0xcfe2f2), 360, rgb(0x9fc0dc)));
  for (int i = 0; i < 3; ++i) {
    double x = 40 + i * 210.0;
    canvas.box(x, 60, 140, 150, rgb(0x5f86ac), 4);
    canvas.box(x + 10, 70, 120, 80, i % 2 ? rgb(0xdfe9f2) : rgb(0xc4d6e6));
  }
  ground(canvas, 290, rgb(0xc49a6b), rgb(0x8f6a42));
  double down = looped(time * 2), drop = ramp(down, 0.1, 0.75) * 150;
  canvas.inside_box(0, 0, width, 206, 0, [&] {
    double y = 40 + drop;
    canvas.box(272, y, 96, 112, white, 3);
    canvas.box(272, y, 96, 112, rgb(0x3f86d6).faded(0.08), 3);
    for (int i = 0; i < 3; ++i) {
      canvas.box(284, y + 16 + i * 32, 20, 20, rgb(0x8b97a8), 3);
      canvas.box(287, y + 19 + i * 32, 14, 14, white, 2);
      canvas.box(314, y + 21 + i * 32, 42, 9, rgb(0xb4bfcc), 3);
    }
    canvas.line({{288, y + 58}, {293, y + 66}, {304, y + 46}}, 5, rgb(0xe0392f));
    double hand = y - 8 - 120 * ramp(down, 0.75, 0.95);
    canvas.line({{470, hand - 70}, {372, hand + 4}}, 36, rgb(0x2f5f9c));
    canvas.line({{380, hand - 2}, {352, hand + 14}}, 26, rgb(0xf0b990));
    canvas.line({{350, hand + 12}, {340, hand + 34}}, 12, rgb(0xf0b990));
  });
  canvas.box(190, 200, 260, 24, downward(200, rgb(0x4a7ab0), 224, rgb(0x2f5a8c)), 5);
  canvas.box(256, 204, 128, 9, rgb(0x0f1f38), 4);
  canvas.box(202, 222, 236, 110, rightward(202, rgb(0x3f75b5), 438, rgb(0x274f85)), 6);
  canvas.disc({320, 276}, 36, white);
  canvas.line({{302, 276}, {316, 291}, {341, 260}}, 9, rgb(0x2fae6b));
}

void clock_hands(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0xf2c49a), 360, rgb(0xd98a6a)));
  Point centre{320, 180};
  canvas.disc({326, 190}, 156, black.faded(0.15));
  canvas.disc(centre, 154, rgb(0x2f3f5c));
  canvas.disc(centre, 138, downward(40, white, 320, rgb(0xe9e4d8)));
  for (int i = 0; i < 60; ++i) {
    double angle = i * pi / 30, near = i % 5 ? 124 : 110;
    canvas.line({{centre.x + near * std::sin(angle), centre.y - near * std::cos(angle)},
                 {centre.x + 130 * std::sin(angle), centre.y - 130 * std::cos(angle)}},
                i % 5 ? 2 : 6, rgb(0x2f3f5c));
  }
  auto hand = [&](double turn, double length, double thickness, Colour colour) {
    canvas.line({{centre.x - 18 * std::sin(turn), centre.y + 18 * std::cos(turn)},
                 {centre.x + length * std::sin(turn), centre.y - length * std::cos(turn)}},
                thickness, colour);
  };
  hand(2 * pi * time + 5.2, 68, 12, rgb(0x2f3f5c));
  hand(2 * pi * time * 12 + 1.0, 104, 8, rgb(0x2f3f5c));
  hand(2 * pi * (std::floor(time * 60) / 60), 118, 3, rgb(0xe0392f));
  canvas.disc(centre, 10, rgb(0xe0392f));
}

void hourglass_sand(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0x3a2f5c), 360, rgb(0x8a5a7d)));
  canvas.glow({320, 180}, 260, rgb(0xffd99a).faded(0.5));
  double done = there_and_back_from(0.15, time, 0.02, 0.9, 0.95);
  auto glass = [&](double y, double flip) {
    canvas.polygon({{232, y},
                    {408, y},
                    {400, y + flip * 50},
                    {328, y + flip * 132},
                    {312, y + flip * 132},
                    {240, y + flip * 50}},
                   rgb(0xdff0fa).faded(0.4));
  };
  glass(46, 1);
  glass(314, -1);
  double top = 80 + 80 * done, half = 76 * (1 - done) + 10;
  canvas.polygon({{320 - half, top}, {320 + half, top}, {327, 178}, {313, 178}}, rgb(0xf2b84a));
  double heap = 92 * done, spread = 30 + 56 * std::min(1.0, done * 1.6);
  canvas.polygon({{320 - spread, 312}, {320, 312 - heap}, {320 + spread, 312}},
                 downward(220, rgb(0xf7cf6b), 312, rgb(0xd9942f)));
  for (int i = 0; i < 26; ++i) {
    double fall = looped(noise(i) + time * 5);
    canvas.disc({320 + noise(i + 9, -3, 3), 172 + fall * (140 - heap)}, 2.4, rgb(0xffdf8a));
  }
  canvas.curve({{252, 60}, {258, 100}, {296, 150}}, 5, white.faded(0.6));
  canvas.curve({{252, 300}, {258, 262}, {296, 214}}, 5, white.faded(0.4));
  for (double y : {22.0, 312.0})
    canvas.box(206, y, 228, 26, downward(y, rgb(0xb5763a), y + 26, rgb(0x7a4a1f)), 8);
  for (double x : {214.0, 412.0})
    canvas.box(x, 44, 14, 270, rightward(x, rgb(0xa9682c), x + 14, rgb(0x6b3d18)), 5);
}

void science_flask(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0xd6ecf5), 360, rgb(0xa4cfe0)));
  canvas.box(0, 290, width, 70, downward(290, rgb(0x5f7f92), 360, rgb(0x3f5868)));
  for (int tube = 0; tube < 4; ++tube) {
    const Colour liquids[] = {rgb(0xe0483e), rgb(0xf2b632), rgb(0x3fae6f), rgb(0x8a62c8)};
    double x = 70 + tube * 44.0;
    canvas.box(x, 130, 26, 140, white.faded(0.55), 13);
    double level = 184 + 8 * wave(time, 1, tube * 0.25);
    canvas.box(x + 3, level, 20, 266 - level, liquids[tube], 10);
    for (int i = 0; i < 4; ++i)
      canvas.disc(
          {x + 13 + noise(i, -6, 6), 262 - looped(time * 2 + noise(tube * 4 + i)) * (254 - level)},
          2.6, white.faded(0.8));
  }
  canvas.box(56, 160, 196, 14, rgb(0xa9703a), 4);
  canvas.box(56, 262, 196, 20, rgb(0x8a5a2c), 4);
  canvas.polygon({{398, 60}, {442, 60}, {442, 136}, {530, 290}, {310, 290}, {398, 136}},
                 white.faded(0.6));
  canvas.polygon(
      {{371, 190 + 3 * wave(time, 2)}, {469, 190 - 3 * wave(time, 2)}, {522, 284}, {318, 284}},
      downward(190, rgb(0x5ae0c0), 284, rgb(0x1f9a8c)));
  for (int i = 0; i < 20; ++i) {
    double rise = looped(noise(i) + time * 2), x = 420 + noise(i + 30, -80, 80) * (1 - rise * 0.6);
    canvas.ring({x, 276 - rise * 84}, noise(i + 8, 3, 8), 2, white.faded(0.85));
  }
  canvas.box(390, 50, 60, 14, white, 6);
  for (int i = 0; i < 8; ++i) {
    double rise = looped(time + i / 8.0);
    canvas.disc({420 + 22 * wave(rise, 2, noise(i)), 50 - 60 * rise}, 5 + 9 * rise,
                rgb(0x5ae0c0).faded(0.6 * (1 - rise)));
  }
}

}  // namespace

std::vector<Scene> society_scenes() {
  return {{"justice-scales", justice_scales}, {"judge-gavel", judge_gavel, 0.07},
          {"ballot-box", ballot_box, 0.2},    {"clock-hands", clock_hands, 0.1},
          {"hourglass-sand", hourglass_sand}, {"science-flask", science_flask}};
}

}  // namespace antiphon::clips
