#include <cmath>

#include "apps/director/sample/clips/motion.h"
#include "apps/director/sample/clips/parts.h"
#include "apps/director/sample/clips/scenes.h"

namespace antiphon::clips {

namespace {

void football(Canvas& canvas, Point centre, double radius, double turn) {
  canvas.disc(centre, radius, downward(centre.y - radius, white, centre.y + radius, rgb(0xc9d1d8)));
  canvas.inside_disc(centre, radius, [&] {
    canvas.at(centre, radius, turn, [&] {
      auto patch = [&](double x, double y, double size) {
        std::vector<Point> corners;
        for (int i = 0; i < 5; ++i)
          corners.push_back({x + size * std::cos(i * 0.4 * pi), y + size * std::sin(i * 0.4 * pi)});
        canvas.polygon(corners, rgb(0x1d222c));
      };
      patch(0, 0, 0.34);
      for (int i = 0; i < 5; ++i) {
        double angle = i * 0.4 * pi;
        patch(0.92 * std::cos(angle), 0.92 * std::sin(angle), 0.3);
        canvas.line({{0, 0}, {std::cos(angle), std::sin(angle)}}, 0.06, rgb(0x1d222c));
      }
    });
  });
}

void pitch(Canvas& canvas) {
  sky(canvas, rgb(0x3f78b8), rgb(0xbfe0f2));
  canvas.box(0, 80, width, 116, rgb(0x4b5670));
  for (int i = 0; i < 320; ++i) {
    const Colour shirts[] = {rgb(0xe0604a), rgb(0xf2d16b), rgb(0xe6ebf2), rgb(0x6aa8e0)};
    canvas.disc({(i % 64) * 10.3 + noise(i, 0, 5), 92.0 + (i / 64) * 21 + noise(i + 9, 0, 6)}, 5.5,
                shirts[i * 7 % 4]);
  }
  for (int i = 0; i < 8; ++i)
    canvas.polygon(
        {{i * 80.0, 190}, {i * 80.0 + 80, 190}, {i * 128.0 - 64, 360}, {i * 128.0 - 192, 360}},
        i % 2 ? rgb(0x4fae52) : rgb(0x45a04a));
  canvas.box(0, 188, width, 4, white);
}

void football_goal(Canvas& canvas, double time) {
  pitch(canvas);
  double shot = ramp(time, 0.1, 0.5), bulge = 16 * (ramp(time, 0.44, 0.54) - ramp(time, 0.54, 0.9));
  for (int i = 0; i <= 14; ++i) {
    double x = 170 + i * 22.0;
    canvas.curve({{x, 66}, {x + bulge * std::exp(-std::pow((x - 420) / 50, 2)), 130}, {x, 220}},
                 1.3, white.faded(0.75));
  }
  for (int i = 0; i <= 7; ++i)
    canvas.line({{168, 66 + i * 22.0}, {480, 66 + i * 22.0}}, 1.3, white.faded(0.75));
  canvas.line({{164, 226}, {164, 62}, {484, 62}, {484, 226}}, 9, white);
  double dive = ramp(time, 0.22, 0.5) - ramp(time, 0.8, 1.0);
  Pose keeper{.lean = -0.9 * dive,
              .left_hip = 0.2 + 0.9 * dive,
              .right_hip = -0.2 + 0.7 * dive,
              .left_shoulder = 0.6 - 2.9 * dive,
              .right_shoulder = -0.6 - 2.2 * dive};
  person(canvas, {320 - 60 * dive, 172 - 10 * dive + 12 * dive * dive}, 0.95, keeper,
         {.top = rgb(0xf2c22f), .trousers = rgb(0x23262e)});
  double reset = ramp(time, 0.9, 1.0);
  Point ball{180 + 244 * shot, 316 - 186 * shot + 90 * ramp(time, 0.54, 0.72)};
  double size = 27 - 12 * shot;
  soft_shadow(canvas, {ball.x, 322 - 96 * shot}, size * 1.1);
  if (reset < 0.5) football(canvas, ball, size * (1 - reset), time * 14);
  if (reset > 0.5) football(canvas, {180, 316}, 27 * (reset * 2 - 1), 0);
}

void football_dribble(Canvas& canvas, double time) {
  sky(canvas, rgb(0x6fb8e8), rgb(0xe6f4ee));
  for (int i = 0; i < 6; ++i)
    tree(canvas, {740 - looped(time + i / 6.0) * 840, 232}, 1.1, rgb(0x4d9a58));
  ground(canvas, 222, rgb(0x5dba57), rgb(0x3a8c40));
  for (int i = 0; i < 5; ++i) {
    double x = 760 - looped(time * 2 + i / 5.0) * 900;
    canvas.polygon({{x, 222}, {x + 90, 222}, {x + 40, 360}, {x - 90, 360}},
                   rgb(0x6cc864).faded(0.5));
  }
  canvas.box(0, 330, width, 6, white.faded(0.9));
  Looks red{.top = rgb(0xe0392f), .trousers = white},
      blue{.skin = rgb(0x8a5a3c), .top = rgb(0x2f6fc4), .trousers = rgb(0x1d2a4a)};
  soft_shadow(canvas, {170, 320}, 50);
  person(canvas, {170 + 14 * wave(time), 222 - 6 * std::abs(wave(time, 4))}, 1.5,
         walking(time * 4 + 0.3, 0.85), blue);
  soft_shadow(canvas, {360, 328}, 54);
  person(canvas, {360, 222 - 7 * std::abs(wave(time, 4))}, 1.65, walking(time * 4, 0.85), red);
  Point ball{452 + 26 * wave(time, 4), 308};
  soft_shadow(canvas, {ball.x, 330}, 26);
  football(canvas, ball, 22, time * 12 * pi);
}

void basketball_hoop(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0x2f3a66), 360, rgb(0x6b5a8c)));
  for (int i = 0; i < 4; ++i)
    canvas.polygon({{90 + i * 150.0, -5},
                    {130 + i * 150.0, -5},
                    {190 + i * 150.0, 300},
                    {30 + i * 150.0, 300}},
                   white.faded(0.06));
  ground(canvas, 300, rgb(0xd9954f), rgb(0xa9662b));
  for (int i = 0; i < 9; ++i)
    canvas.line({{i * 80.0, 300}, {i * 110.0 - 120, 360}}, 2, rgb(0xb5743a));
  canvas.box(540, 60, 16, 246, rgb(0x4d5866));
  canvas.box(430, 40, 120, 110, white, 5);
  canvas.line({{462, 84}, {518, 84}, {518, 126}, {462, 126}, {462, 84}}, 4, rgb(0xe0483e));
  double age = looped(time * 2), flight = std::min(1.0, age / 0.62);
  Point from{170, 170}, hoop{420, 142};
  Point ball{from.x + (hoop.x - from.x) * flight,
             from.y + (hoop.y - from.y) * flight - 150 * 4 * flight * (1 - flight) * 0.8};
  if (age > 0.62) ball = {420, 142 + 620 * (age - 0.62) * (age - 0.62) * 2.2 + 60 * (age - 0.62)};
  canvas.line({{376, 146}, {464, 146}}, 7, rgb(0xc8452a));
  canvas.disc(ball, 25, downward(ball.y - 25, rgb(0xf7a04a), ball.y + 25, rgb(0xd4641c)));
  canvas.at(ball, 1, time * 8 * pi, [&] {
    canvas.line({{-24, 0}, {24, 0}}, 2.4, rgb(0x4a2410));
    canvas.line({{0, -24}, {0, 24}}, 2.4, rgb(0x4a2410));
    canvas.arc({-30, 0}, 22, -0.9, 0.9, 2.4, rgb(0x4a2410));
    canvas.arc({30, 0}, 22, pi - 0.9, pi + 0.9, 2.4, rgb(0x4a2410));
  });
  double swish = age > 0.62 && age < 0.85 ? 9 * std::sin((age - 0.62) / 0.23 * pi) : 0;
  for (int i = 0; i < 7; ++i) {
    double x = 380 + i * 13.5;
    canvas.line({{x, 148}, {420 + (x - 420) * 0.55 + (i % 2 ? swish : -swish), 210 + swish}}, 2,
                white.faded(0.9));
  }
  for (double y : {164.0, 182.0, 200.0})
    canvas.line({{382 + (y - 148) * .3, y}, {458 - (y - 148) * .3, y}}, 1.6, white.faded(0.8));
  canvas.line({{376, 146}, {464, 146}}, 4, rgb(0xf0653c));
  double jump = 26 * std::sin(pi * std::min(1.0, age / 0.4));
  Pose pose{.left_shoulder = 2.7 - age * 0.4,
            .left_elbow = 0.3,
            .right_shoulder = 2.3,
            .right_elbow = 0.4};
  person(canvas, {130, 252 - std::max(0.0, jump)}, 1.45, pose,
         {.skin = rgb(0x8a5a3c),
          .hair = rgb(0x1d1715),
          .top = rgb(0xe0392f),
          .trousers = rgb(0xe0392f)});
}

void runners_track(Canvas& canvas, double time) {
  sky(canvas, rgb(0x5fb0ea), rgb(0xe2f3fa));
  canvas.box(0, 110, width, 80, rgb(0x55607a));
  for (int i = 0; i < 192; ++i) {
    const Colour shirts[] = {rgb(0xe0604a), rgb(0xf2d16b), rgb(0xe6ebf2), rgb(0x6aa8e0)};
    double x = looped((i % 64) / 64.0 - time) * 680 - 20;
    canvas.disc({x, 122.0 + (i / 64) * 24 + noise(i + 9, 0, 6)}, 6.5, shirts[(i % 64) * 7 % 4]);
  }
  ground(canvas, 186, rgb(0x66b45c), rgb(0x4c9a49));
  ground(canvas, 214, rgb(0xd4633f), rgb(0xb3482a));
  for (int i = 0; i < 4; ++i) canvas.box(0, 236 + i * 36.0, width, 4, white.faded(0.9));
  const Colour tops[] = {rgb(0x2f6fc4), rgb(0xf2c22f), rgb(0x35a56b)};
  const Colour skins[] = {rgb(0x8a5a3c), rgb(0xf0b990), rgb(0x5f3d29)};
  for (int i = 0; i < 3; ++i) {
    double x = 170 + i * 140 + 26 * wave(time, 1, i * 0.33), y = 170 + i * 34.0;
    soft_shadow(canvas, {x, y + 96}, 46);
    person(canvas, {x, y - 9 * std::abs(wave(time, 5, i * 0.2))}, 1.5,
           walking(time * 5 + i * 0.2, 0.95),
           {.skin = skins[i],
            .hair = rgb(0x221812),
            .top = tops[i],
            .trousers = mix(tops[i], black, 0.5)});
  }
}

void chess_board(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0x4a3c33), 360, rgb(0x2a211c)));
  canvas.glow({320, 130}, 340, rgb(0xf2d9a8).faded(0.4));
  auto corner = [](double column, double row) {
    double depth = row / 8, half = 190 + 130 * depth;
    return Point{320 + (column / 4 - 1) * half, 190 + 156 * depth};
  };
  canvas.polygon({{112, 182}, {528, 182}, {662, 356}, {-22, 356}}, rgb(0x5c351b));
  for (int row = 0; row < 8; ++row) {
    for (int column = 0; column < 8; ++column) {
      canvas.polygon({corner(column, row), corner(column + 1, row), corner(column + 1, row + 1),
                      corner(column, row + 1)},
                     (row + column) % 2 ? rgb(0x7a4a2a) : rgb(0xf0dcb4));
    }
  }
  auto piece = [&](double column, double row, int kind, Colour colour, double lift) {
    Point base = corner(column + 0.5, row + 0.6);
    canvas.oval(base, 24, 7, black.faded(0.3));
    canvas.at({base.x, base.y - lift}, 0.9 + row * 0.07, 0, [&] {
      Paint side = rightward(-20, mix(colour, white, 0.2), 20, mix(colour, black, 0.3));
      double tall = kind == 0 ? 46 : 82;
      canvas.box(-21, -10, 42, 13, side, 6);
      canvas.polygon({{-16, -8}, {-8, -tall + 10}, {8, -tall + 10}, {16, -8}}, side);
      canvas.box(-13, -tall + 4, 26, 7, side, 3);
      if (kind == 0) canvas.disc({0, -tall - 4}, 12, side);
      if (kind == 1) {
        canvas.polygon({{-14, -tall + 4}, {-18, -tall - 20}, {18, -tall - 20}, {14, -tall + 4}},
                       side);
        canvas.box(-3, -tall - 44, 6, 26, side);
        canvas.box(-10, -tall - 37, 20, 6, side);
      }
      if (kind == 2)
        canvas.blob({{-13, -tall + 6},
                     {-14, -tall - 18},
                     {2, -tall - 40},
                     {8, -tall - 30},
                     {26, -tall - 14},
                     {20, -tall - 6},
                     {6, -tall - 10},
                     {13, -tall + 6}},
                    side);
      if (kind == 3) {
        canvas.box(-16, -tall - 18, 32, 24, side);
        for (int i = 0; i < 3; ++i) canvas.box(-16 + i * 12, -tall - 27, 8, 11, side);
      }
    });
  };
  Colour dark = rgb(0x3a2a24), light = rgb(0xf5e6c8);
  const int back[] = {3, 2, 0, 1, 1, 0, 2, 3};
  for (int i = 0; i < 8; ++i) piece(i, 0, back[i], dark, 0);
  for (int i : {0, 2, 5, 7}) piece(i, 1, 0, dark, 0);
  piece(4, 3, 0, dark, 0);
  double move = there_and_back(time, 0.05, 0.5, 0.6);
  piece(1 + 2 * move, 6 - 2 * move, 2, light, 40 * std::sin(pi * move));
  for (int i : {0, 4, 6}) piece(i, 5, 0, light, 0);
  piece(5, 6, 1, light, 0);
}

void trophy_win(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0x1f2f6b), 360, rgb(0x3d2f7a)));
  for (int i = 0; i < 12; ++i) {
    double angle = i * pi / 6 + time * pi / 6;
    canvas.polygon({{320, 160},
                    {320 + 460 * std::cos(angle), 160 + 460 * std::sin(angle)},
                    {320 + 460 * std::cos(angle + 0.22), 160 + 460 * std::sin(angle + 0.22)}},
                   rgb(0xffe58a).faded(0.12));
  }
  canvas.glow({320, 150}, 220, rgb(0xffe58a).faded(0.6));
  Paint gold = rightward(230, rgb(0xffe58a), 420, rgb(0xd08a1a));
  canvas.ring({240, 120}, 38, 13, gold);
  canvas.ring({400, 120}, 38, 13, gold);
  canvas.blob({{236, 66}, {404, 66}, {396, 150}, {350, 208}, {290, 208}, {244, 150}}, gold);
  canvas.oval({320, 72}, 84, 13, rgb(0xa86a12));
  canvas.polygon({{306, 204}, {334, 204}, {342, 258}, {298, 258}}, gold);
  canvas.box(270, 254, 100, 18, gold, 5);
  canvas.box(250, 270, 140, 50, downward(270, rgb(0x5a3520), 320, rgb(0x38200f)), 5);
  canvas.box(284, 284, 72, 20, gold, 3);
  std::vector<Point> star;
  for (int i = 0; i < 10; ++i)
    star.push_back({320 + (i % 2 ? 15 : 36) * std::sin(i * pi / 5),
                    132 - (i % 2 ? 15 : 36) * std::cos(i * pi / 5)});
  canvas.polygon(star, rgb(0xfff6cf));
  const Colour papers[] = {rgb(0xf0524a), rgb(0x4ab8ff), rgb(0x46e68a), rgb(0xffd45c),
                           rgb(0xf58bd0)};
  for (int i = 0; i < 70; ++i) {
    double fall = looped(noise(i) + time * (1 + i % 2));
    canvas.at({noise(i + 100) * width + 20 * wave(fall, 2), fall * 400 - 20}, 1, 12 * pi * fall + i,
              [&] { canvas.box(-6, -3, 12, 6, papers[i % 5]); });
  }
}

void skier_slope(Canvas& canvas, double time) {
  sky(canvas, rgb(0x3f9be0), rgb(0xd6eefa));
  peaks(canvas, 250, 180, 52, downward(80, rgb(0x6d86b5), 250, rgb(0xa9bfdc)), white);
  canvas.polygon({{-10, 170}, {650, 320}, {650, 370}, {-10, 370}},
                 downward(170, white, 370, rgb(0xcfe0f4)));
  for (int i = 0; i < 7; ++i) {
    double way = looped(i / 7.0 - time * 2), x = way * 780 - 70;
    pine(canvas, {x, 190 + x * 0.227 + (i % 2 ? -6 : 120)}, i % 2 ? 0.8 : 1.3, rgb(0x2f6657));
  }
  for (int i = 0; i < 26; ++i) {
    double age = looped(noise(i) + time * 6);
    canvas.disc({280 - age * 150, 262 - age * noise(i + 9, 10, 90) - age * 34}, 7 * (1 - age) + 1,
                white.faded(0.9 * (1 - age)));
  }
  double bob = 5 * wave(time, 2);
  canvas.at({320, 196 + bob}, 1.5, 0.22, [&] {
    Pose pose{.lean = 0.6,
              .left_hip = 0.7,
              .left_knee = -1.1,
              .right_hip = 0.5,
              .right_knee = -0.9,
              .left_shoulder = 0.9,
              .left_elbow = 0.7,
              .right_shoulder = 0.6,
              .right_elbow = 0.7};
    canvas.line({{-60, 50}, {66, 50}, {82, 42}}, 5, rgb(0x23262e));
    canvas.line({{-50, 56}, {76, 56}, {92, 48}}, 5, rgb(0xe0392f));
    person(canvas, {0, 4}, 1, pose,
           {.hair = rgb(0xf2c22f), .top = rgb(0xe0392f), .trousers = rgb(0x24406b)});
    canvas.line({{54, -8}, {-14, 40}}, 3, rgb(0x333b47));
    canvas.arc({34, -52}, 9, -0.5, 0.6, 6, rgb(0x23262e));
  });
}

}  // namespace

std::vector<Scene> sport_scenes() {
  return {{"football-goal", football_goal, 0.4},
          {"football-dribble", football_dribble},
          {"basketball-hoop", basketball_hoop, 0.2},
          {"runners-track", runners_track},
          {"chess-board", chess_board},
          {"trophy-win", trophy_win},
          {"skier-slope", skier_slope}};
}

}  // namespace antiphon::clips
