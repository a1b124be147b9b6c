#include <cmath>

#include "apps/director/sample/clips/motion.h"
#include "apps/director/sample/clips/parts.h"
#include "apps/director/sample/clips/scenes.h"

namespace antiphon::clips {

namespace {

void rain_window(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0x4c6178), 360, rgb(0x8a9aa8)));
  for (int i = 0; i < 14; ++i) {
    canvas.glow({noise(i) * width, noise(i + 40, 160, 320)}, noise(i + 80, 26, 60),
                mix(rgb(0xffd27a), rgb(0xff7a5c), noise(i + 9)).faded(0.55));
  }
  for (int i = 0; i < 120; ++i) {
    Point drop{noise(i + 500) * width, noise(i + 700) * height};
    canvas.oval(drop, 2.2, 2.8, white.faded(0.35));
  }
  for (int i = 0; i < 34; ++i) {
    double fall = looped(noise(i + 3) + time * (1 + i % 2));
    double x = noise(i + 60) * width + 5 * wave(fall, 2), y = fall * 440 - 40;
    canvas.line({{x, y - 46}, {x, y}}, 3, downward(y - 46, white.faded(0), y, white.faded(0.45)));
    canvas.oval({x, y}, 4.4, 6.4, rgb(0xdcebf6).faded(0.9));
    canvas.disc({x - 1.3, y - 2}, 1.5, white);
  }
  Colour frame = rgb(0xf3efe6);
  canvas.box(0, 0, width, 16, frame);
  canvas.box(0, 0, 18, height, frame);
  canvas.box(width - 18, 0, 18, height, frame);
  canvas.box(312, 0, 16, height, rightward(312, frame, 328, rgb(0xd5cfc2)));
  canvas.box(0, 170, width, 12, downward(170, frame, 182, rgb(0xd5cfc2)));
  canvas.box(0, 332, width, 28, downward(332, white, 360, rgb(0xcfc8ba)));
}

void umbrella_street(Canvas& canvas, double time) {
  sky(canvas, rgb(0x5b6b7d), rgb(0xa9b4be));
  for (int i = 0; i < 8; ++i) {
    tower(canvas, i * 84 - 10, 270, 78, noise(i + 4, 120, 220), rgb(0x6f7d8e), rgb(0xffdf94), i,
          0.4);
  }
  ground(canvas, 268, rgb(0x76808c), rgb(0x4b5460));
  for (int i = 0; i < 3; ++i) {
    double x = 140 + i * 180.0, bob = 3 * std::abs(wave(time, 3, i * 0.2));
    const Colour colours[] = {rgb(0xd9384a), rgb(0xf2b632), rgb(0x2f8fc4)};
    canvas.oval({x, 336}, 52, 8, colours[i].faded(0.25));
    Pose pose = walking(time * 3 + i * 0.2, 0.45);
    pose.left_shoulder = 0.9;
    pose.left_elbow = 1.6;
    person(canvas, {x, 260 - bob}, 1.15, pose, {.top = mix(colours[i], ink, 0.55)});
    canvas.line({{x + 26, 218 - bob}, {x + 14, 130 - bob}}, 4, rgb(0x2c2f38));
    canvas.blob({{x - 62, 148 - bob},
                 {x - 40, 108 - bob},
                 {x + 12, 88 - bob},
                 {x + 64, 108 - bob},
                 {x + 88, 146 - bob},
                 {x + 50, 138 - bob},
                 {x + 12, 146 - bob},
                 {x - 26, 138 - bob}},
                downward(90 - bob, mix(colours[i], white, 0.15), 148 - bob, colours[i]));
  }
  for (int i = 0; i < 130; ++i) {
    double fall = looped(noise(i) + time * 4);
    double x = noise(i + 200) * 720 - fall * 50, y = fall * 420 - 30;
    canvas.line({{x, y}, {x - 3, y + 20}}, 1.5, white.faded(0.45));
  }
  for (int i = 0; i < 16; ++i) {
    double age = looped(noise(i + 8) + time * 3);
    canvas.oval({noise(i + 31) * width, noise(i + 77, 290, 352)}, 16 * age + 1, 4 * age + 1,
                white.faded(0.35 * (1 - age)));
  }
}

void thunderstorm(Canvas& canvas, double time) {
  auto flash_at = [&](double when) {
    double age = looped(time - when);
    return age < 0.16 ? (1 - age / 0.16) * (std::fmod(age, 0.05) < 0.03 ? 1 : 0.5) : 0;
  };
  double left = flash_at(0.02), right = flash_at(0.55), flash = std::max(left, right);
  sky(canvas, mix(rgb(0x1c2238), rgb(0x9aa4d0), flash * 0.6),
      mix(rgb(0x49516e), rgb(0xd4dcf5), flash * 0.6));
  auto bolt = [&](double x, double strength) {
    if (strength <= 0) return;
    canvas.glow({x, 190}, 190, rgb(0xcdd6ff).faded(strength * 0.7));
    canvas.polygon({{x + 20, 78},
                    {x - 34, 196},
                    {x - 2, 190},
                    {x - 30, 296},
                    {x + 46, 164},
                    {x + 12, 168},
                    {x + 52, 78}},
                   rgb(0xfff6b8).faded(strength));
  };
  bolt(180, left);
  bolt(450, right);
  for (int i = 0; i < 9; ++i) {
    double x = i * 84 - 14 + 16 * wave(time, 1, i * 0.3);
    cloud(canvas, {x, 66 + noise(i) * 34}, 1.9, mix(rgb(0x39405a), rgb(0xb9c0dd), flash * 0.5));
  }
  hills(canvas, 312, 16, 33, mix(rgb(0x151a29), rgb(0x3d4663), flash));
  house(canvas, {330, 322}, 0.8, mix(rgb(0x2c3347), rgb(0x7d86a5), flash), rgb(0x1e2333),
        rgb(0xffd97a));
  for (int i = 0; i < 110; ++i) {
    double fall = looped(noise(i) + time * 5);
    double x = noise(i + 200) * 760 - fall * 90, y = fall * 420 - 30;
    canvas.line({{x, y}, {x - 6, y + 24}}, 1.4, rgb(0xc4d2ea).faded(0.4));
  }
}

void snowfall(Canvas& canvas, double time, int count) {
  for (int i = 0; i < count; ++i) {
    double fall = looped(noise(i) + time * (1 + i % 2));
    double x = noise(i + 300) * width + 16 * wave(fall, 1, noise(i + 8));
    canvas.disc({x, fall * 390 - 15}, noise(i + 50, 1.4, 4), white.faded(0.9));
  }
}

void snow_village(Canvas& canvas, double time) {
  sky(canvas, rgb(0x3a4a7d), rgb(0xc3cfe8));
  peaks(canvas, 270, 140, 41, downward(120, rgb(0x8c9cc6), 270, rgb(0xb9c6e2)), white);
  hills(canvas, 276, 18, 22, downward(250, rgb(0xf4f8ff), 360, rgb(0xcfdcf0)));
  for (int i = 0; i < 8; ++i) {
    Point base{noise(i + 2) * width, 292 + noise(i) * 10};
    pine(canvas, base, 0.8, rgb(0x3f6a66));
    canvas.polygon({{base.x - 12, base.y - 62}, {base.x, base.y - 90}, {base.x + 12, base.y - 62}},
                   white);
  }
  for (int i = 0; i < 3; ++i) {
    double x = 120 + i * 200.0;
    smoke(canvas, {x + 38, 230}, 0.45, rgb(0xe8ecf5), looped(time + i * 0.3), 30);
    house(canvas, {x, 330}, 1.05, rgb(0xb5694d), rgb(0xf7faff), rgb(0xffd66b));
    canvas.glow({x, 306}, 90, rgb(0xffd66b).faded(0.3));
  }
  ground(canvas, 328, rgb(0xf8fbff), rgb(0xdbe6f6));
  snowfall(canvas, time, 130);
}

void rainbow_meadow(Canvas& canvas, double time) {
  sky(canvas, rgb(0x5db2ea), rgb(0xe3f5fb));
  const std::uint32_t bands[] = {0xe8433f, 0xf58f35, 0xf7d844, 0x5bc45f, 0x3f8fe0, 0x7d57c8};
  double strength = 0.75 + 0.2 * wave(time);
  for (int i = 0; i < 6; ++i) {
    canvas.arc({320, 330}, 260.0 - i * 12, pi, 2 * pi, 12.6, rgb(bands[i]).faded(strength));
  }
  sun(canvas, {90, 66}, 34, rgb(0xffe884));
  clouds(canvas, 4, 50, 120, 61, time, white.faded(0.95));
  hills(canvas, 286, 18, 4, downward(265, rgb(0x8fd36c), 360, rgb(0x4d9d48)));
  for (int i = 0; i < 5; ++i) {
    tree(canvas, {60 + i * 134.0, 306 + (i % 2) * 10.0}, 0.8, rgb(0x3c9450),
         3 * wave(time, 1, i * .2));
  }
  for (int i = 0; i < 34; ++i) {
    double x = noise(i + 12) * width, y = noise(i + 70, 316, 354),
           sway = 3 * wave(time, 2, noise(i));
    canvas.line({{x, y + 12}, {x + sway, y}}, 2, rgb(0x3d8f45));
    flower(canvas, {x + sway, y}, 8, i % 2 ? rgb(0xf4587e) : rgb(0xfefefe));
  }
}

void hot_sun(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0xf7a23b), 360, rgb(0xfde0a0)));
  for (int i = 0; i < 16; ++i) {
    double angle = i * pi / 8 + time * pi / 4, reach = 150 + 14 * wave(time, 2, i * 0.5);
    Point tip{320 + reach * std::cos(angle), 140 + reach * std::sin(angle)};
    canvas.line({{320, 140}, tip}, 10, rgb(0xffe27a).faded(0.75));
  }
  sun(canvas, {320, 140}, 92, rgb(0xfff0a8));
  ground(canvas, 280, rgb(0xd9a463), rgb(0xa46a38));
  for (int i = 0; i < 24; ++i) {
    double x = noise(i) * width, y = noise(i + 40, 296, 356);
    canvas.line({{x, y}, {x + 22, y + 6}, {x + 36, y - 3}, {x + 58, y + 4}}, 2.2, rgb(0x7a4b26));
  }
  canvas.box(72, 120, 26, 170, white, 13);
  canvas.disc({85, 296}, 26, white);
  double heat = 100 + 26 * wave(time);
  canvas.disc({85, 296}, 19, rgb(0xe23b3b));
  canvas.box(79, 282 - heat, 12, heat + 10, rgb(0xe23b3b), 6);
  for (int i = 0; i < 8; ++i) canvas.line({{92, 136 + i * 17.0}, {104, 136 + i * 17.0}}, 2, ink);
  canvas.curve({{520, 300}, {520, 190}}, 26, rgb(0x4f8f55));
  canvas.curve({{520, 250}, {556, 246}, {560, 206}}, 18, rgb(0x4f8f55));
  canvas.curve({{520, 270}, {482, 262}, {480, 226}}, 18, rgb(0x458249));
}

}  // namespace

std::vector<Scene> weather_scenes() {
  return {{"rain-window", rain_window},         {"umbrella-street", umbrella_street},
          {"thunderstorm", thunderstorm, 0.03}, {"snow-village", snow_village},
          {"rainbow-meadow", rainbow_meadow},   {"heat-wave", hot_sun}};
}

}  // namespace antiphon::clips
