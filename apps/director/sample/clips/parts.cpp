#include "apps/director/sample/clips/parts.h"

#include "apps/director/sample/clips/motion.h"

namespace antiphon::clips {

void sky(Canvas& canvas, Colour top, Colour horizon) {
  canvas.fill(downward(0, top, height * 0.85, horizon));
}

void ground(Canvas& canvas, double top, Colour far, Colour near) {
  canvas.box(0, top, width, height - top, downward(top, far, height, near));
}

void hills(Canvas& canvas, double level, double swing, int seed, const Paint& paint, double shift) {
  std::vector<Point> edge{{-10, height + 10.0}};
  for (int x = -10; x <= width + 10; x += 10) {
    double place = (x + shift) / width;
    double rise = 0.6 * wave(place, 1, noise(seed)) + 0.3 * wave(place, 2, noise(seed + 1)) +
                  0.15 * wave(place, 5, noise(seed + 2));
    edge.push_back({double(x), level - swing * rise});
  }
  edge.push_back({width + 10.0, height + 10.0});
  canvas.polygon(edge, paint);
}

void peaks(Canvas& canvas, double level, double swing, int seed, const Paint& paint, Colour snow) {
  constexpr int count = 5;
  for (int i = 0; i < count; ++i) {
    double x = (i + 0.5 + noise(seed + i, -0.25, 0.25)) * width / count;
    double top = level - swing * noise(seed + 20 + i, 0.55, 1.0);
    double half = (level - top) * 1.15;
    canvas.polygon({{x - half, level}, {x, top}, {x + half, level}}, paint);
    double cap = (level - top) * 0.28;
    canvas.polygon({{x - cap * 1.15, top + cap},
                    {x, top},
                    {x + cap * 1.15, top + cap},
                    {x + cap * 0.5, top + cap * 0.75},
                    {x + cap * 0.15, top + cap * 1.2},
                    {x - cap * 0.4, top + cap * 0.8}},
                   snow);
  }
  canvas.box(0, level - 1, width, height - level + 1, paint);
}

void water(Canvas& canvas, double level, double swing, double shift, const Paint& paint) {
  std::vector<Point> edge{{-10, height + 10.0}};
  for (int x = -10; x <= width + 10; x += 8) {
    edge.push_back({double(x), level - swing * wave((x + shift) / 160)});
  }
  edge.push_back({width + 10.0, height + 10.0});
  canvas.polygon(edge, paint);
}

void stars(Canvas& canvas, int count, double lowest, double time) {
  for (int i = 0; i < count; ++i) {
    Point place{noise(3 * i + 1) * width, noise(3 * i + 2) * lowest};
    double shine = 0.55 + 0.45 * wave(time, 1 + i % 3, noise(3 * i));
    canvas.disc(place, noise(5 * i + 7, 0.7, 1.9), white.faded(shine));
  }
}

void sun(Canvas& canvas, Point centre, double radius, Colour colour) {
  canvas.glow(centre, radius * 3.2, colour.faded(0.6));
  canvas.disc(centre, radius, colour);
}

void cloud(Canvas& canvas, Point centre, double scale, Colour colour) {
  canvas.at(centre, scale, 0, [&] {
    canvas.box(-48, -4, 96, 24, colour, 12);
    canvas.disc({-22, -4}, 19, colour);
    canvas.disc({4, -14}, 26, colour);
    canvas.disc({28, -2}, 17, colour);
  });
}

void clouds(Canvas& canvas, int count, double top, double bottom, int seed, double time,
            Colour colour) {
  constexpr double margin = 120;
  for (int i = 0; i < count; ++i) {
    double place = looped(time + (i + noise(seed + i, 0, 0.6)) / count);
    double x = -margin + place * (width + 2 * margin);
    double y = top + (bottom - top) * noise(seed + 40 + i);
    cloud(canvas, {x, y}, noise(seed + 80 + i, 0.6, 1.3), colour);
  }
}

void tree(Canvas& canvas, Point base, double scale, Colour leaves, double sway) {
  canvas.at(base, scale, 0, [&] {
    canvas.polygon({{-6, 0}, {-3, -50}, {3, -50}, {6, 0}}, rgb(0x6b4a32));
    Colour shade = mix(leaves, black, 0.18);
    canvas.disc({-18 + sway, -56}, 24, shade);
    canvas.disc({19 + sway, -58}, 23, shade);
    canvas.disc({sway * 1.5, -80}, 28, leaves);
    canvas.disc({-6 + sway, -60}, 24, leaves);
    canvas.disc({-8 + sway * 1.5, -88}, 12, mix(leaves, white, 0.18));
  });
}

void pine(Canvas& canvas, Point base, double scale, Colour needles) {
  canvas.at(base, scale, 0, [&] {
    canvas.box(-4, -16, 8, 16, rgb(0x5a3d2b));
    for (int i = 0; i < 3; ++i) {
      double low = -12.0 - 26 * i, half = 30.0 - 7 * i;
      Paint side = rightward(-half, mix(needles, white, 0.1), half, mix(needles, black, 0.2));
      canvas.polygon({{-half, low}, {0, low - 46}, {half, low}}, side);
    }
  });
}

void palm(Canvas& canvas, Point base, double scale, double sway) {
  canvas.at(base, scale, 0, [&] {
    Point top{26 + sway, -120};
    canvas.curve({{0, 0}, {6, -60}, top}, 9, rgb(0x8a6239));
    for (int i = 0; i < 6; ++i) {
      double angle = -pi + i * pi / 5;
      Point tip{top.x + 66 * std::cos(angle) + sway, top.y + 26 * std::sin(angle) + 24};
      Point middle{top.x + 36 * std::cos(angle), top.y + 30 * std::sin(angle) - 6};
      canvas.curve({top, middle, tip}, 9, i % 2 ? rgb(0x2f8f4e) : rgb(0x3fa75c));
    }
  });
}

void flower(Canvas& canvas, Point centre, double radius, Colour petals, double turn) {
  for (int i = 0; i < 7; ++i) {
    double angle = turn + i * 2 * pi / 7;
    Point petal{centre.x + radius * 0.62 * std::cos(angle),
                centre.y + radius * 0.62 * std::sin(angle)};
    canvas.disc(petal, radius * 0.42, i % 2 ? petals : mix(petals, white, 0.15));
  }
  canvas.disc(centre, radius * 0.36, rgb(0xf6c945));
}

void smoke(Canvas& canvas, Point from, double scale, Colour colour, double time, double drift) {
  constexpr int count = 9;
  for (int i = 0; i < count; ++i) {
    double age = looped(time * 2 + double(i) / count);
    double x = from.x + scale * (drift * age * age * 2 + 5 * wave(age, 1, noise(i)));
    Point centre{x, from.y - scale * 120 * age};
    canvas.disc(centre, scale * (7 + 24 * age), colour.faded(0.75 * (1 - age)));
  }
}

void steam(Canvas& canvas, Point from, double scale, double time) {
  for (int thread = 0; thread < 3; ++thread) {
    for (int i = 0; i < 14; ++i) {
      double age = looped(time + i / 14.0);
      double x = from.x + scale * ((thread - 1) * 26 + 9 * wave(age, 1, thread * 0.1));
      double strength = 0.45 * std::sin(pi * age);
      canvas.disc({x, from.y - scale * 105 * age}, scale * (6 + 7 * age), white.faded(strength));
    }
  }
}

void heart(Canvas& canvas, Point centre, double scale, const Paint& paint) {
  canvas.at(centre, scale, 0, [&] {
    canvas.disc({-13, -8}, 15, paint);
    canvas.disc({13, -8}, 15, paint);
    canvas.polygon({{-26.5, -2}, {0, 28}, {26.5, -2}, {0, -14}}, paint);
  });
}

void wheel(Canvas& canvas, Point centre, double radius, double turn, Colour tyre, int spokes) {
  canvas.ring(centre, radius, radius * 0.16, tyre);
  for (int i = 0; i < spokes; ++i) {
    double angle = turn + i * 2 * pi / spokes;
    canvas.line(
        {centre, {centre.x + radius * std::cos(angle), centre.y + radius * std::sin(angle)}},
        radius * 0.05, rgb(0xc9d1db));
  }
  canvas.disc(centre, radius * 0.14, rgb(0x8b95a3));
}

void car(Canvas& canvas, Point base, double scale, Colour body, double turn) {
  canvas.at(base, scale, 0, [&] {
    soft_shadow(canvas, {0, 2}, 76);
    canvas.blob({{-38, -34}, {-22, -56}, {18, -56}, {40, -34}, {0, -28}}, mix(body, black, 0.12));
    canvas.polygon({{-30, -36}, {-19, -51}, {-2, -51}, {-2, -36}}, rgb(0xbfe3f5));
    canvas.polygon({{3, -36}, {3, -51}, {16, -51}, {31, -36}}, rgb(0xbfe3f5));
    canvas.box(-72, -38, 144, 28, downward(-38, mix(body, white, 0.15), -10, body), 13);
    canvas.box(60, -32, 12, 8, rgb(0xfff2b0), 4);
    canvas.box(-72, -32, 7, 9, rgb(0xd93a3a), 3);
    for (double x : {-42.0, 42.0}) {
      canvas.disc({x, -11}, 17, rgb(0x23262e));
      canvas.disc({x, -11}, 9, rgb(0xaab3bf));
      for (int i = 0; i < 5; ++i) {
        double angle = turn + i * 2 * pi / 5;
        canvas.line({{x, -11}, {x + 9 * std::cos(angle), -11 + 9 * std::sin(angle)}}, 2,
                    rgb(0x5b6470));
      }
    }
  });
}

void tower(Canvas& canvas, double x, double base, double wide, double high, Colour wall, Colour lit,
           int seed, double share_lit) {
  double top = base - high;
  canvas.box(x, top, wide, high, rightward(x, mix(wall, white, 0.06), x + wide, wall));
  int columns = static_cast<int>(wide / 13), rows = static_cast<int>(high / 17);
  double gap = wide / columns;
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      bool is_lit = noise(seed * 997 + row * 31 + column) < share_lit;
      canvas.box(x + gap * column + gap * 0.28, top + 8 + row * 17, gap * 0.44, 9,
                 is_lit ? lit : mix(wall, black, 0.25));
    }
  }
}

void house(Canvas& canvas, Point base, double scale, Colour wall, Colour roof, Colour window) {
  canvas.at(base, scale, 0, [&] {
    canvas.box(28, -112, 14, 40, mix(roof, black, 0.25));
    canvas.box(-55, -66, 110, 66, downward(-66, wall, 0, mix(wall, black, 0.1)));
    canvas.polygon({{-68, -64}, {0, -116}, {68, -64}}, roof);
    canvas.box(-12, -40, 24, 40, rgb(0x7a4a2d), 2);
    canvas.disc({7, -20}, 2, rgb(0xf2d16b));
    for (double x : {-44.0, 22.0}) {
      canvas.box(x, -48, 24, 24, white, 2);
      canvas.box(x + 2, -46, 9, 9, window);
      canvas.box(x + 13, -46, 9, 9, window);
      canvas.box(x + 2, -35, 9, 9, window);
      canvas.box(x + 13, -35, 9, 9, window);
    }
  });
}

void soft_shadow(Canvas& canvas, Point centre, double radius_x) {
  canvas.oval(centre, radius_x, radius_x * 0.13, black.faded(0.16));
  canvas.oval(centre, radius_x * 0.8, radius_x * 0.09, black.faded(0.16));
}

}  // namespace antiphon::clips
