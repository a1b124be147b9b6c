#include <cmath>

#include "apps/director/sample/clips/motion.h"
#include "apps/director/sample/clips/parts.h"
#include "apps/director/sample/clips/scenes.h"

namespace antiphon::clips {

namespace {

double beat(double place) {
  auto bump = [place](double centre, double size, double spread) {
    return size * std::exp(-std::pow((place - centre) / spread, 2));
  };
  return bump(0.3, 14, 0.04) + bump(0.45, -18, 0.018) + bump(0.5, 105, 0.02) +
         bump(0.55, -36, 0.018) + bump(0.72, 24, 0.05);
}

void heart_pulse(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0x07201f), 360, rgb(0x0d3a37)));
  for (int i = 0; i < 22; ++i)
    canvas.line({{i * 32.0, 0}, {i * 32.0, 360}}, 1, rgb(0x3fd0b0).faded(0.16));
  for (int i = 0; i < 12; ++i)
    canvas.line({{0, i * 32.0}, {640, i * 32.0}}, 1, rgb(0x3fd0b0).faded(0.16));
  std::vector<Point> trace;
  double head = time * width;
  for (int x = 0; x <= width; x += 2) {
    trace.push_back({double(x), 240 - beat(looped(x / 160.0))});
  }
  canvas.line(trace, 3, rgb(0x46e6a8).faded(0.35));
  for (std::size_t i = 1; i < trace.size(); ++i) {
    double behind = looped((head - trace[i].x) / width);
    if (behind < 0.5) {
      canvas.line({trace[i - 1], trace[i]}, 5, rgb(0x8affd0).faded(1 - 2 * behind));
    }
  }
  Point tip{head, 240 - beat(looped(head / 160))};
  canvas.glow(tip, 30, rgb(0x8affd0));
  double pump = 1 + 0.16 * std::pow(std::max(0.0, wave(time, 4, -0.25)), 3);
  canvas.glow({320, 96}, 120, rgb(0xf0445a).faded(0.5));
  heart(canvas, {320, 92}, 1.9 * pump, rgb(0xf0445a));
}

void doctor_visit(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0xdff2f0), 360, rgb(0xb9dedb)));
  canvas.box(40, 40, 150, 150, white, 12);
  canvas.box(98, 62, 34, 106, rgb(0xe0483e), 4);
  canvas.box(62, 98, 106, 34, rgb(0xe0483e), 4);
  canvas.box(470, 50, 130, 110, white, 8);
  for (int i = 0; i < 5; ++i) canvas.box(486, 66 + i * 18.0, i % 2 ? 70 : 98, 7, rgb(0xa9c4cc), 3);
  double nod = 2 * wave(time, 2);
  bust(canvas, {320, 366}, 2.7, {.hair = rgb(0x3b2a20), .top = rgb(0xf7fafc)}, nod);
  canvas.polygon({{286, 250}, {354, 250}, {320, 330}}, rgb(0x6fb5c9));
  canvas.line({{286, 248}, {318, 340}}, 5, rgb(0xc4d2da));
  canvas.line({{354, 248}, {322, 340}}, 5, rgb(0xc4d2da));
  double swing = 6 * wave(time, 2);
  canvas.curve({{278, 240}, {266, 300}, {300, 330 + swing}, {354, 316}, {362, 240}}, 7,
               rgb(0x2b3444));
  canvas.curve({{316, 331 + swing}, {322, 350}, {380, 352}, {404 + swing, 320}}, 7, rgb(0x2b3444));
  canvas.disc({406 + swing, 314}, 17, rgb(0x8b97a8));
  canvas.disc({406 + swing, 314}, 10, rgb(0xdbe4ec));
  canvas.line({{520, 372}, {470, 326}, {424 + swing, 322}}, 26, rgb(0xf7fafc));
  canvas.disc({424 + swing, 320}, 15, rgb(0xf0b990));
}

void virus_cells(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0x5a1030), 360, rgb(0x2b0820)));
  for (int i = 0; i < 14; ++i) {
    double x = looped(noise(i) + time * (1 + i % 2)) * 760 - 60;
    canvas.at({x, noise(i + 20) * 360}, noise(i + 40, 0.6, 1.2), 0.4 * wave(time, 1, noise(i)),
              [&] {
                canvas.oval({0, 0}, 34, 26, rgb(0xb52a3a).faded(0.7));
                canvas.oval({0, 0}, 17, 12, rgb(0x7f1a2c).faded(0.8));
              });
  }
  auto virus = [&](Point centre, double scale, double turn, Colour body) {
    canvas.at(centre, scale, turn, [&] {
      canvas.glow({0, 0}, 110, body.faded(0.35));
      for (int i = 0; i < 14; ++i) {
        double angle = i * pi / 7;
        Point tip{76 * std::cos(angle), 76 * std::sin(angle)};
        canvas.line({{0, 0}, tip}, 6, mix(body, black, 0.2));
        canvas.disc(tip, 10, mix(body, white, 0.15));
      }
      canvas.disc({0, 0}, 54, downward(-54, mix(body, white, 0.25), 54, mix(body, black, 0.25)));
      for (int i = 0; i < 8; ++i)
        canvas.disc({noise(i, -34, 34), noise(i + 9, -34, 34)}, 7, mix(body, black, 0.25));
    });
  };
  virus({300, 180 + 8 * wave(time)}, 1.25, 0.25 * wave(time), rgb(0x6fbf4a));
  virus({520, 100 + 10 * wave(time, 1, 0.3)}, 0.6, -0.4 * wave(time), rgb(0x8fce4a));
  virus({110, 280 + 9 * wave(time, 1, 0.6)}, 0.55, 0.4 * wave(time), rgb(0x5fb05a));
}

void medicine_pills(Canvas& canvas, double time) {
  canvas.fill(downward(0, rgb(0xbfe3ef), 360, rgb(0xe8f5f4)));
  ground(canvas, 290, rgb(0xf4f8f8), rgb(0xcfdfe2));
  canvas.box(90, 110, 130, 200, rightward(90, rgb(0xf2993a), 220, rgb(0xc96f1c)), 14);
  canvas.box(80, 78, 150, 44, rgb(0xf7f9fa), 8);
  for (int i = 0; i < 10; ++i)
    canvas.line({{92 + i * 14.0, 84}, {92 + i * 14.0, 116}}, 2, rgb(0xcfd9de));
  canvas.box(90, 168, 130, 90, white);
  canvas.box(145, 182, 20, 62, rgb(0xe0483e), 3);
  canvas.box(124, 203, 62, 20, rgb(0xe0483e), 3);
  const Colour halves[] = {rgb(0xe0483e), rgb(0x3f86d6), rgb(0x3fae6f), rgb(0xf2b632)};
  auto pill = [&](Point centre, double turn, Colour colour) {
    canvas.at(centre, 1, turn, [&] {
      canvas.box(-38, -16, 76, 32, downward(-16, white, 16, rgb(0xd5dee4)), 16);
      canvas.inside_box(-38, -16, 38, 32, 0, [&] {
        canvas.box(-38, -16, 76, 32, downward(-16, mix(colour, white, 0.3), 16, colour), 16);
      });
      canvas.box(-26, -11, 50, 5, white.faded(0.5), 3);
    });
  };
  for (int i = 0; i < 7; ++i)
    pill({290 + i * 50.0, 320 - (i % 2) * 20.0}, noise(i) * 3, halves[i % 4]);
  for (int i = 0; i < 6; ++i) {
    double fall = looped(time * 2 + noise(i + 4));
    pill({290 + i * 56.0, fall * 350 - 50}, 2 * pi * looped(time * 2 + noise(i)),
         halves[(i + 1) % 4]);
  }
}

}  // namespace

std::vector<Scene> health_scenes() {
  return {{"heart-pulse", heart_pulse, 0.6},
          {"doctor-visit", doctor_visit},
          {"virus-cells", virus_cells},
          {"medicine-pills", medicine_pills}};
}

}  // namespace antiphon::clips
