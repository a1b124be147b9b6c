#include <cmath>

#include "apps/director/sample/clips/motion.h"
#include "apps/director/sample/clips/parts.h"
#include "apps/director/sample/clips/scenes.h"

namespace antiphon::clips {

namespace {

void stock_chart(Canvas& canvas, double time, bool rising) {
  canvas.fill(downward(0, rgb(0x0f1a30), 360, rgb(0x1b2a49)));
  for (int i = 0; i < 7; ++i)
    canvas.line({{40, 40 + i * 46.0}, {610, 40 + i * 46.0}}, 1, white.faded(0.12));
  for (int i = 0; i < 10; ++i)
    canvas.line({{50 + i * 60.0, 30}, {50 + i * 60.0, 330}}, 1, white.faded(0.08));
  constexpr int count = 23;
  double shown = there_and_back_from(0.45, time, 0.02, 0.7, 0.94) * count;
  Colour good = rgb(0x35d07f), bad = rgb(0xf0524a);
  std::vector<Point> path{{50, rising ? 290.0 : 80.0}};
  for (int i = 0; i < count && i < shown; ++i) {
    double before = path.back().y, step = noise(i + 3, -22, 40) * (rising ? -1 : 1);
    double after = std::clamp(before + step, 50.0, 316.0), x = 62 + i * 23.5;
    Colour candle = after < before ? good : bad;
    canvas.line({{x, std::min(before, after) - 9}, {x, std::max(before, after) + 9}}, 2, candle);
    canvas.box(x - 7, std::min(before, after), 14, std::abs(after - before) + 3, candle, 2);
    path.push_back({x, after});
  }
  Colour trend = rising ? good : bad;
  Point end = path.back();
  std::vector<Point> area = path;
  area.push_back({end.x, 330});
  area.push_back({50, 330});
  canvas.polygon(area, downward(50, trend.faded(0.35), 330, trend.faded(0)));
  canvas.line(path, 3.5, mix(trend, white, 0.45));
  canvas.glow(end, 26, trend);
  double tip = rising ? -1 : 1;
  canvas.polygon(
      {{end.x - 12, end.y + 2 * tip}, {end.x + 12, end.y + 2 * tip}, {end.x, end.y + 24 * tip}},
      trend);
  canvas.line({{40, 332}, {612, 332}}, 3, white.faded(0.6));
  canvas.line({{40, 332}, {40, 28}}, 3, white.faded(0.6));
}

void stocks_rising(Canvas& canvas, double time) { stock_chart(canvas, time, true); }
void stocks_falling(Canvas& canvas, double time) { stock_chart(canvas, time, false); }

void coin(Canvas& canvas, Point centre, double radius, double face) {
  canvas.oval(centre, radius * face, radius, rgb(0xc98a1d));
  canvas.oval(centre, radius * face * 0.86, radius * 0.86,
              downward(centre.y - radius, rgb(0xffe07a), centre.y + radius, rgb(0xf2b52f)));
  canvas.at(centre, radius / 20, 0, [&] {
    canvas.curve(
        {{7 * face, -7}, {0, -10}, {-6 * face, -5}, {5 * face, 4}, {0, 10}, {-7 * face, 7}}, 2.6,
        rgb(0xb57812));
    canvas.line({{0, -13}, {0, 13}}, 2.2, rgb(0xb57812));
  });
}

void coins_stacking(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0x1f6e5a), 360, rgb(0x0f4238)));
  canvas.glow({330, 150}, 330, rgb(0x6fd0a8).faded(0.4));
  ground(canvas, 310, rgb(0x5c3b24), rgb(0x3d2616));
  for (int stack = 0; stack < 5; ++stack) {
    double x = 110 + stack * 105.0;
    int full = 3 + stack * 3;
    double shown = there_and_back_from(0.4, time, stack * 0.05, 0.45 + stack * 0.07, 0.92) * full;
    for (int i = 0; i < full && i < shown; ++i) {
      double drop = (1 - std::min(1.0, shown - i)) * 120, y = 312 - i * 13 - drop;
      canvas.box(x - 40, y - 6, 80, 13, rightward(x - 40, rgb(0xf7cf58), x + 40, rgb(0xb9791a)), 4);
      canvas.oval({x, y - 6}, 40, 9, rgb(0xffe28a));
      canvas.oval({x, y - 6}, 29, 6, rgb(0xf2b93a));
    }
  }
  for (int i = 0; i < 5; ++i) {
    double fall = looped(time * 2 + noise(i));
    coin(canvas, {110 + i * 105.0, fall * 300 - 60}, 18,
         std::abs(wave(time, 4, noise(i + 4))) * 0.9 + 0.1);
  }
}

void piggy_bank(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0xa9dcf2), 360, rgb(0xe9f6f9)));
  ground(canvas, 296, rgb(0xd8b58a), rgb(0xb58a5c));
  soft_shadow(canvas, {310, 316}, 170);
  double fall = looped(time * 2),
         squash = fall > 0.62 && fall < 0.82 ? 4 * std::sin((fall - 0.62) * 5 * pi) : 0;
  if (fall < 0.64) coin(canvas, {310, -30 + fall * 220}, 30, 0.55 + 0.45 * std::abs(wave(time, 4)));
  Colour pink = rgb(0xf29ab0), deep = rgb(0xd9708e);
  for (double x : {220.0, 264.0, 350.0, 394.0}) canvas.box(x, 262, 32, 54, deep, 10);
  canvas.curve({{164, 196}, {140, 186}, {150, 170}, {136, 160}}, 7, deep);
  canvas.oval({310, 206 + squash}, 150, 98 - squash,
              downward(110, mix(pink, white, 0.3), 304, pink));
  canvas.box(276, 112 + squash * 2, 68, 9, rgb(0x7d3a52), 4);
  canvas.polygon({{366, 142}, {404, 98}, {420, 158}}, deep);
  canvas.oval({452, 206}, 30, 38, deep);
  canvas.oval({458, 206}, 22, 30, mix(pink, white, 0.25));
  canvas.oval({453, 200}, 4, 8, rgb(0x9a4863));
  canvas.oval({466, 200}, 4, 8, rgb(0x9a4863));
  canvas.disc({412, 178}, 9, ink);
  canvas.disc({415, 175}, 3, white);
  canvas.arc({420, 240}, 20, 0.5, 1.9, 4, rgb(0x9a4863));
}

void shopping_cart(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0xf6efe1), 360, rgb(0xe3d6bf)));
  const Colour goods[] = {rgb(0xe0483e), rgb(0xf2b632), rgb(0x3f9d63), rgb(0x3f86d6),
                          rgb(0xa45fc0)};
  for (int shelf = 0; shelf < 3; ++shelf) {
    double y = 76 + shelf * 78.0;
    for (int i = 0; i < 22; ++i) {
      double x = looped(i / 22.0 - time) * 748 - 54, high = noise(i * 3 + shelf, 34, 58);
      canvas.box(x, y - high, 26, high, goods[(i * 7 + shelf * 3) % 5], i % 3 ? 4 : 13);
      canvas.box(x + 4, y - high * 0.6, 18, 9, white.faded(0.7), 2);
    }
    canvas.box(0, y, width, 10, rgb(0xb08a5c));
  }
  ground(canvas, 262, rgb(0xd9dde2), rgb(0xb4bbc4));
  double shake = 1.5 * wave(time, 8);
  canvas.at({330, 226 + shake}, 1.35, 0, [&] {
    canvas.box(-52, -62, 36, 46, rgb(0xc98f52), 3);
    canvas.box(-12, -70, 20, 56, rgb(0xf4f4f0), 6);
    canvas.box(-12, -50, 20, 16, rgb(0x3f86d6));
    canvas.disc({28, -34}, 20, rgb(0xe0483e));
    canvas.disc({50, -26}, 15, rgb(0x7cc04f));
    canvas.line({{-112, -64}, {-88, -64}, {-66, 34}, {62, 34}}, 7, rgb(0x4d5866));
    canvas.polygon({{-84, -34}, {84, -34}, {66, 14}, {-72, 14}}, rgb(0x9aa8b8).faded(0.55));
    for (int i = 0; i < 8; ++i)
      canvas.line({{-80 + i * 23.0, -34}, {-70 + i * 19.0, 14}}, 3, rgb(0x6b7888));
    for (double y : {-34.0, -10.0, 14.0})
      canvas.line({{-82 + (y + 34) * .2, y}, {84 - (y + 34) * .36, y}}, 4, rgb(0x5b6878));
    wheel(canvas, {-50, 54}, 13, time * 12 * pi, rgb(0x23262e), 4);
    wheel(canvas, {48, 54}, 13, time * 12 * pi, rgb(0x23262e), 4);
  });
}

void delivery_van(Canvas& canvas, double time) {
  sky(canvas, rgb(0x8accf0), rgb(0xf4f6e6));
  for (int i = 0; i < 6; ++i) {
    const Colour walls[] = {rgb(0xf2dfb8), rgb(0xd6e4ea), rgb(0xf0c9b4)};
    house(canvas, {790 - looped(time + i / 6.0) * 940, 272}, 1.15, walls[i % 3],
          i % 2 ? rgb(0xb5523c) : rgb(0x5a6b86), rgb(0xa9d8ef));
  }
  ground(canvas, 270, rgb(0xb6c4a0), rgb(0x9aaa86));
  ground(canvas, 286, rgb(0x60666f), rgb(0x484d56));
  for (int i = 0; i < 7; ++i)
    canvas.box(720 - looped(time * 3 + i / 7.0) * 800, 342, 50, 5, rgb(0xf4efda));
  canvas.at({320, 322 + 1.3 * wave(time, 8)}, 1.35, 0, [&] {
    soft_shadow(canvas, {0, 4}, 130);
    canvas.box(-120, -130, 160, 114, downward(-130, rgb(0xfdfdfb), -16, rgb(0xd9dde0)), 8);
    canvas.blob({{36, -100}, {76, -100}, {104, -58}, {122, -48}, {122, -16}, {36, -16}},
                rgb(0xf28b24));
    canvas.polygon({{50, -90}, {74, -90}, {94, -58}, {50, -58}}, rgb(0xbfe3f5));
    canvas.box(-82, -104, 64, 58, rgb(0xc8925a), 3);
    canvas.box(-56, -104, 12, 58, rgb(0xe6c79a));
    canvas.polygon({{-82, -104}, {-70, -114}, {-6, -114}, {-18, -104}}, rgb(0xdcae78));
    canvas.polygon({{-18, -104}, {-6, -114}, {-6, -58}, {-18, -46}}, rgb(0xa87642));
    canvas.box(-120, -24, 242, 10, rgb(0xf28b24));
    for (double x : {-72.0, 80.0}) {
      canvas.disc({x, -12}, 23, rgb(0x23262e));
      wheel(canvas, {x, -12}, 13, time * 18 * pi, rgb(0xaab3bf), 5);
    }
  });
}

}  // namespace

std::vector<Scene> money_scenes() {
  return {{"stocks-rising", stocks_rising, 0.75},  {"stocks-falling", stocks_falling, 0.75},
          {"coins-stacking", coins_stacking, 0.8}, {"piggy-bank", piggy_bank, 0.2},
          {"shopping-cart", shopping_cart},        {"delivery-van", delivery_van}};
}

}  // namespace antiphon::clips
