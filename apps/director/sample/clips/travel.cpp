#include <cmath>

#include "apps/director/sample/clips/motion.h"
#include "apps/director/sample/clips/parts.h"
#include "apps/director/sample/clips/scenes.h"

namespace antiphon::clips {

namespace {

void airliner(Canvas& canvas) {
  canvas.blob({{-150, -12}, {-176, -74}, {-146, -74}, {-104, -14}}, rgb(0x2f6fc4));
  canvas.blob({{-160, 2}, {-120, -20}, {80, -24}, {136, -8}, {150, 4}, {120, 18}, {-90, 20}},
              downward(-24, white, 20, rgb(0xc4d0dc)));
  canvas.blob({{112, -14}, {128, -11}, {136, -4}, {116, -4}}, rgb(0x33475f));
  for (int i = 0; i < 14; ++i) canvas.box(-96 + i * 14, -8, 7, 9, rgb(0x4d6b8c), 3);
  canvas.line({{-150, 8}, {130, 8}}, 3, rgb(0x2f6fc4));
  canvas.polygon({{-10, 6}, {40, 6}, {-30, 70}, {-58, 70}},
                 downward(6, rgb(0xdfe6ec), 70, rgb(0x9fb0c0)));
  canvas.box(-16, 26, 46, 18, rgb(0x8497aa), 9);
  canvas.polygon({{-150, -2}, {-118, -2}, {-152, 24}, {-172, 24}}, rgb(0xaebccb));
}

void aeroplane_clouds(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0x2f86d6), 360, rgb(0xcfeaf8)));
  clouds(canvas, 6, 40, 330, 15, 1 - time, white.faded(0.75));
  canvas.at({320, 172 + 8 * wave(time)}, 1.45, -0.1 + 0.02 * wave(time, 1, 0.2),
            [&] { airliner(canvas); });
  for (int i = 0; i < 4; ++i) {
    double x = 780 - looped(time * 2 + i / 4.0) * 960;
    cloud(canvas, {x, 290 + 26.0 * (i % 2)}, 1.7, white.faded(0.92));
  }
}

void runway_takeoff(Canvas& canvas, double time) {
  sky(canvas, rgb(0xe8875c), rgb(0xfde7bd));
  hills(canvas, 268, 12, 8, rgb(0x9a7a86));
  canvas.box(40, 150, 26, 126, rgb(0x6f6a7d));
  canvas.polygon({{24, 120}, {82, 120}, {72, 152}, {34, 152}}, rgb(0x8fc4d8));
  ground(canvas, 274, rgb(0x8fa36a), rgb(0x6a8450));
  canvas.polygon({{-10, 296}, {650, 296}, {650, 346}, {-10, 346}}, rgb(0x4b4f58));
  for (int i = 0; i < 10; ++i) canvas.box(i * 72, 318, 40, 5, white);
  for (int i = 0; i < 22; ++i) {
    canvas.glow({i * 30.0 + 8, 294}, 9,
                (looped(time * 2 - i / 22.0) > 0.8 ? rgb(0xffffff) : rgb(0xffd25c)));
  }
  double run = time * time, lift = ramp(time, 0.42, 1.0);
  Point place{130 + run * 800, 286 - 240 * lift * lift};
  canvas.at(place, 0.95, -0.3 * ramp(time, 0.36, 0.6), [&] {
    if (lift < 0.4) {
      canvas.line({{-20, 14}, {-20, 34}}, 5, rgb(0x4b4f58));
      canvas.disc({-20, 34}, 8, ink);
      canvas.line({{100, 12}, {100, 34}}, 4, rgb(0x4b4f58));
      canvas.disc({100, 34}, 6, ink);
    }
    airliner(canvas);
  });
}

void train_countryside(Canvas& canvas, double time) {
  sky(canvas, rgb(0x79c2ee), rgb(0xf2f7e4));
  clouds(canvas, 3, 40, 90, 18, 1 - time, white.faded(0.9));
  hills(canvas, 214, 26, 2, rgb(0x9ccb86), time * width);
  hills(canvas, 250, 18, 9, rgb(0x78b463), time * width * 2);
  ground(canvas, 262, rgb(0x86bf62), rgb(0x4f8f43));
  canvas.box(0, 300, width, 12, rgb(0x8a7a6a));
  for (int i = 0; i < 30; ++i)
    canvas.box(looped(i / 30.0 - time * 2) * 700 - 30, 302, 9, 12, rgb(0x5a4332));
  canvas.box(0, 299, width, 4, rgb(0xaab2ba));
  Colour body = rgb(0xd63a3a);
  for (int wagon = 0; wagon < 3; ++wagon) {
    double x = 26 + wagon * 186.0, y = 206 + 1.2 * wave(time, 8, wagon * 0.3);
    if (wagon == 2) {
      canvas.blob({{x, y},
                   {x + 100, y},
                   {x + 170, y + 26},
                   {x + 214, y + 70},
                   {x + 196, y + 86},
                   {x, y + 86}},
                  body);
      canvas.polygon({{x + 126, y + 18}, {x + 158, y + 24}, {x + 188, y + 46}, {x + 132, y + 46}},
                     rgb(0x24364d));
    } else {
      canvas.box(x, y, 180, 86, downward(y, mix(body, white, 0.15), y + 86, body), 10);
    }
    canvas.box(x, y + 56, wagon == 2 ? 206 : 180, 12, white);
    for (int i = 0; i < (wagon == 2 ? 3 : 5); ++i)
      canvas.box(x + 14 + i * 34, y + 16, 25, 28, rgb(0xbfe4f5), 4);
    for (double offset : {34.0, 62.0, 118.0, 146.0})
      wheel(canvas, {x + offset, 290}, 12, time * 16 * pi, rgb(0x2b3038), 4);
  }
  for (int i = 0; i < 4; ++i) {
    double x = 700 - looped(time * 3 + i / 4.0) * 780;
    canvas.line({{x, 360}, {x, 120}}, 6, rgb(0x6b5440));
    canvas.line({{x - 20, 136}, {x + 20, 136}}, 5, rgb(0x6b5440));
  }
}

void underground_train(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0x39404c), 360, rgb(0x6a7484)));
  for (int i = 0; i < 14; ++i)
    canvas.box(i * 48, 24, 46, 200, mix(rgb(0xe4e8ec), rgb(0xcfd6de), noise(i)), 2);
  for (int row = 0; row < 8; ++row) canvas.box(0, 24 + row * 26.0, width, 2, rgb(0xb4bdc8));
  canvas.box(0, 60, width, 22, rgb(0x2f6fc4));
  // The loop starts when the first wagon is there already.
  double way = looped(time + 0.16) * 2 - 1;
  double in = 1 + way * std::abs(way);
  double x = -760 + in * 730;
  for (int wagon = 0; wagon < 2; ++wagon) {
    double left = x + wagon * 356;
    canvas.box(left, 110, 350, 158, downward(110, rgb(0xf2f4f6), 268, rgb(0xb9c2cc)), 16);
    canvas.box(left, 222, 350, 16, rgb(0xd6392f));
    for (int i = 0; i < 4; ++i) {
      canvas.box(left + 18 + i * 84, 134, 46, 60, rgb(0xfff0bd), 8);
      bust(canvas, {left + 41 + i * 84.0, 194}, 0.42,
           {.top = i % 2 ? rgb(0x3d7edb) : rgb(0xc4533d)});
    }
    for (int i = 0; i < 3; ++i)
      canvas.line({{left + 80 + i * 84, 126}, {left + 80 + i * 84, 262}}, 2, rgb(0x7d8896));
  }
  canvas.glow({x + 712, 240}, 70, rgb(0xfff6c8).faded(0.8));
  ground(canvas, 268, rgb(0xc4ccd4), rgb(0x8b96a4));
  canvas.box(0, 280, width, 10, rgb(0xf7cf2e));
  for (int i = 0; i < 4; ++i) {
    const Colour tops[] = {rgb(0x2a4d7a), rgb(0xb5485a), rgb(0x3d8a6a), rgb(0xd99a2f)};
    person(canvas, {110 + i * 140.0, 290 + 2 * wave(time, 1, i * 0.25)}, 1.05, {},
           {.top = tops[i]});
  }
}

void bicycle_road(Canvas& canvas, double time) {
  sky(canvas, rgb(0x8acbf0), rgb(0xf7f5da));
  hills(canvas, 224, 24, 29, rgb(0xa2cf88), time * width);
  for (int i = 0; i < 5; ++i)
    tree(canvas, {720 - looped(time * 2 + i / 5.0) * 800, 276}, 1.1, rgb(0x519f58));
  ground(canvas, 268, rgb(0x8ac46a), rgb(0x64a552));
  ground(canvas, 296, rgb(0x70757e), rgb(0x50555e));
  for (int i = 0; i < 7; ++i)
    canvas.box(720 - looped(time * 3 + i / 7.0) * 800, 340, 50, 5, rgb(0xf4efda));
  double turn = time * 8 * pi, crank = time * 6 * pi;
  Point back{240, 276}, front{400, 276}, pedal{312, 278};
  wheel(canvas, back, 48, turn, rgb(0x23262e), 12);
  wheel(canvas, front, 48, turn, rgb(0x23262e), 12);
  Colour frame = rgb(0xd9384a);
  canvas.line({back, {288, 206}, {376, 204}, pedal, back}, 6, frame);
  canvas.line({{284, 192}, pedal}, 6, frame);
  canvas.line({front, {370, 184}, {394, 178}}, 6, frame);
  canvas.line({{268, 190}, {302, 190}}, 9, ink);
  for (double phase : {pi, 0.0}) {
    Point foot{pedal.x + 20 * std::cos(crank + phase), pedal.y + 20 * std::sin(crank + phase)};
    Point hip{288, 178};
    double gap = std::hypot(foot.x - hip.x, foot.y - hip.y),
           bow = std::sqrt(std::max(0.0, 3600 - gap * gap / 4));
    Point knee{(hip.x + foot.x) / 2 + bow * (foot.y - hip.y) / gap,
               (hip.y + foot.y) / 2 - bow * (foot.x - hip.x) / gap};
    canvas.line({hip, knee, foot}, 15, phase > 0 ? rgb(0x1f2a40) : rgb(0x2f3f5e));
    canvas.line({foot, {foot.x + 14, foot.y}}, 9, white);
  }
  canvas.line({{288, 174}, {330, 118}}, 28, rgb(0xf2b632));
  canvas.line({{330, 120}, {362, 152}, {392, 174}}, 11, rgb(0xf0b990));
  canvas.disc({346, 88}, 19, rgb(0xf0b990));
  canvas.arc({344, 86}, 16, pi * 0.95, 2 * pi, 13, rgb(0x2f6fc4));
}

void road_trip(Canvas& canvas, double time) {
  sky(canvas, rgb(0xe9825f), rgb(0xfdeab8));
  sun(canvas, {320, 176}, 42, rgb(0xfff0bd));
  peaks(canvas, 198, 76, 35, downward(120, rgb(0x8a5f7d), 198, rgb(0xb98a8c)), rgb(0x8a5f7d));
  ground(canvas, 196, rgb(0xd9a763), rgb(0xa8713d));
  canvas.polygon({{312, 196}, {328, 196}, {620, 370}, {20, 370}}, rgb(0x4a4d57));
  for (int i = 0; i < 8; ++i) {
    double depth = std::pow((i + looped(time * 4)) / 8.0, 2.2),
           next = std::pow((i + 0.5 + looped(time * 4)) / 8.0, 2.2);
    double near = 196 + depth * 174, far = 196 + next * 174;
    canvas.polygon({{320 - depth * 9, near},
                    {320 + depth * 9, near},
                    {320 + next * 9, far},
                    {320 - next * 9, far}},
                   rgb(0xfdf0c8));
    for (int side : {-1, 1}) {
      double x = 320 + side * (30 + depth * 420);
      canvas.line({{x, near}, {x, near - 60 * depth}}, 9 * depth + 0.5, rgb(0x5a7a4a));
      canvas.line({{x, near - 26 * depth},
                   {x + 16 * depth, near - 30 * depth},
                   {x + 16 * depth, near - 48 * depth}},
                  6 * depth + 0.3, rgb(0x5a7a4a));
    }
  }
  double bump = 1.5 * wave(time, 8);
  canvas.at({410, 330 + bump}, 1.2, 0, [&] {
    soft_shadow(canvas, {0, 4}, 66);
    canvas.box(-50, -16, 20, 22, ink, 5);
    canvas.box(30, -16, 20, 22, ink, 5);
    canvas.blob({{-42, -44}, {-32, -80}, {32, -80}, {42, -44}}, rgb(0x2f7fae));
    canvas.polygon({{-32, -48}, {-25, -74}, {25, -74}, {32, -48}}, rgb(0xf7cf9a));
    canvas.box(-56, -50, 112, 44, downward(-50, rgb(0x4aa5d6), -6, rgb(0x2a719c)), 12);
    for (double x : {-52.0, 32.0}) canvas.box(x, -40, 20, 12, rgb(0xe23b3b), 4);
    canvas.box(-16, -28, 32, 12, white, 2);
    canvas.box(-34, -100, 68, 20, rgb(0x9a5f34), 4);
  });
}

void map_route(Canvas& canvas, double time) {
  canvas.fill(rgb(0xeee9d8));
  canvas.curve({{-20, 80}, {120, 140}, {230, 110}, {330, 200}, {470, 220}, {660, 310}}, 46,
               rgb(0x9fd3ee));
  canvas.box(60, 190, 130, 110, rgb(0xbfe0ab), 20);
  canvas.box(420, 40, 150, 100, rgb(0xbfe0ab), 20);
  for (int i = 0; i < 7; ++i) {
    double x = 30 + i * 102.0;
    canvas.line({{x, -10}, {x + noise(i, -50, 50), 370}}, i % 2 ? 7 : 12, white);
    canvas.line({{-10, 26 + i * 56.0}, {650, 26 + i * 56.0 + noise(i + 9, -40, 40)}},
                i % 2 ? 12 : 7, white);
  }
  std::vector<Point> route{{90, 310},  {150, 250}, {230, 250}, {290, 180},
                           {380, 170}, {430, 110}, {540, 96}};
  canvas.curve(route, 13, rgb(0x2f6fc4).faded(0.25));
  double done = there_and_back_from(0.3, time, 0.02, 0.72, 0.94) * 6;
  int stretch = std::min(5, static_cast<int>(done));
  Point from = route[stretch], to = route[stretch + 1];
  Point here{from.x + (to.x - from.x) * (done - stretch),
             from.y + (to.y - from.y) * (done - stretch)};
  std::vector<Point> driven(route.begin(), route.begin() + stretch + 1);
  driven.push_back(here);
  canvas.line(driven, 9, rgb(0x2f6fe4));
  auto pin = [&](Point tip, Colour colour, double bounce) {
    canvas.oval({tip.x, tip.y + 2}, 12, 4, black.faded(0.25));
    canvas.polygon({{tip.x - 20, tip.y - 44 - bounce},
                    {tip.x, tip.y - bounce},
                    {tip.x + 20, tip.y - 44 - bounce}},
                   colour);
    canvas.disc({tip.x, tip.y - 52 - bounce}, 23, colour);
    canvas.disc({tip.x, tip.y - 52 - bounce}, 9, white);
  };
  pin({90, 310}, rgb(0x2f9a5f), 0);
  pin({540, 96}, rgb(0xe0392f), 8 * std::abs(wave(time, 2)));
  canvas.disc(here, 20, rgb(0x2f6fe4).faded(0.25));
  canvas.disc(here, 13, white);
  canvas.disc(here, 9, rgb(0x2f6fe4));
}

void balloon_flight(Canvas& canvas, double time) {
  sky(canvas, rgb(0x5aa9e2), rgb(0xfdebcd));
  clouds(canvas, 5, 60, 230, 88, time, white.faded(0.8));
  hills(canvas, 290, 20, 16, rgb(0x86b978));
  hills(canvas, 324, 14, 26, rgb(0x5c9a5c));
  auto balloon = [&](Point centre, double scale, Colour one, Colour two) {
    canvas.at(centre, scale, 0.03 * wave(time, 1, scale), [&] {
      canvas.line({{-22, 74}, {-13, 112}}, 2, ink);
      canvas.line({{22, 74}, {13, 112}}, 2, ink);
      canvas.blob({{-26, 74}, {-76, -10}, {0, -88}, {76, -10}, {26, 74}}, one);
      canvas.blob({{-12, 75}, {-46, -10}, {0, -87}, {46, -10}, {12, 75}}, two);
      canvas.blob({{-4, 75}, {-16, -10}, {0, -86}, {16, -10}, {4, 75}}, one);
      canvas.box(-16, 110, 32, 24, downward(110, rgb(0xb07a45), 134, rgb(0x7d5028)), 4);
      if (looped(time * 3) < 0.5) canvas.glow({0, 88}, 26, rgb(0xffb13d));
    });
  };
  balloon({480, 120 + 10 * wave(time, 1, 0.3)}, 0.6, rgb(0x3d86d6), rgb(0xf7f3e6));
  balloon({120, 150 + 9 * wave(time, 1, 0.6)}, 0.5, rgb(0x4aa868), rgb(0xf2d13a));
  balloon({300, 146 + 12 * wave(time)}, 1.2, rgb(0xe0483e), rgb(0xf7b733));
}

}  // namespace

std::vector<Scene> travel_scenes() {
  return {{"aeroplane-clouds", aeroplane_clouds},
          {"runway-takeoff", runway_takeoff, 0.62},
          {"train-countryside", train_countryside},
          {"underground-train", underground_train},
          {"bicycle-road", bicycle_road},
          {"road-trip", road_trip},
          {"map-route", map_route, 0.6},
          {"balloon-flight", balloon_flight}};
}

}  // namespace antiphon::clips
