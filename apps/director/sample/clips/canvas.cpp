#include "apps/director/sample/clips/canvas.h"

#include <cairo.h>

#include <algorithm>
#include <cstddef>
#include <numbers>

namespace antiphon::clips {

namespace {

constexpr double whole_turn = 2 * std::numbers::pi;

void add_stop(cairo_pattern_t* pattern, double offset, Colour colour) {
  cairo_pattern_add_color_stop_rgba(pattern, offset, colour.red, colour.green, colour.blue,
                                    colour.alpha);
}

}  // namespace

Colour mix(Colour from, Colour to, double share) {
  auto blend = [share](double a, double b) { return a + (b - a) * share; };
  return {blend(from.red, to.red), blend(from.green, to.green), blend(from.blue, to.blue),
          blend(from.alpha, to.alpha)};
}

Canvas::Canvas()
    : surface_(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height)),
      cairo_(cairo_create(surface_)) {
  cairo_set_line_cap(cairo_, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join(cairo_, CAIRO_LINE_JOIN_ROUND);
}

Canvas::~Canvas() {
  cairo_destroy(cairo_);
  cairo_surface_destroy(surface_);
}

void Canvas::fill(const Paint& paint) {
  use(paint);
  cairo_paint(cairo_);
}

void Canvas::box(double x, double y, double wide, double high, const Paint& paint, double corner) {
  trace_box(x, y, wide, high, corner);
  fill_path(paint);
}

void Canvas::disc(Point centre, double radius, const Paint& paint) {
  oval(centre, radius, radius, paint);
}

void Canvas::oval(Point centre, double radius_x, double radius_y, const Paint& paint) {
  if (radius_x <= 0 || radius_y <= 0) return;  // Cairo refuses to scale by nothing
  cairo_new_path(cairo_);
  cairo_save(cairo_);
  cairo_translate(cairo_, centre.x, centre.y);
  cairo_scale(cairo_, radius_x, radius_y);
  cairo_arc(cairo_, 0, 0, 1, 0, whole_turn);
  cairo_restore(cairo_);
  fill_path(paint);
}

void Canvas::polygon(const std::vector<Point>& corners, const Paint& paint) {
  trace_lines(corners);
  fill_path(paint);
}

void Canvas::blob(const std::vector<Point>& points, const Paint& paint) {
  trace_curve(points, true);
  fill_path(paint);
}

void Canvas::line(const std::vector<Point>& points, double thickness, const Paint& paint) {
  trace_lines(points);
  stroke_path(thickness, paint);
}

void Canvas::curve(const std::vector<Point>& points, double thickness, const Paint& paint) {
  trace_curve(points, false);
  stroke_path(thickness, paint);
}

void Canvas::arc(Point centre, double radius, double from, double to, double thickness,
                 const Paint& paint) {
  cairo_new_path(cairo_);
  cairo_arc(cairo_, centre.x, centre.y, std::max(radius, 0.01), from, to);
  stroke_path(thickness, paint);
}

void Canvas::ring(Point centre, double radius, double thickness, const Paint& paint) {
  arc(centre, radius, 0, whole_turn, thickness, paint);
}

void Canvas::glow(Point centre, double radius, Colour colour) {
  auto* pattern = cairo_pattern_create_radial(centre.x, centre.y, 0, centre.x, centre.y, radius);
  add_stop(pattern, 0, colour);
  add_stop(pattern, 0.4, colour.faded(0.45));
  add_stop(pattern, 1, colour.faded(0));
  cairo_set_source(cairo_, pattern);
  cairo_pattern_destroy(pattern);
  cairo_rectangle(cairo_, centre.x - radius, centre.y - radius, 2 * radius, 2 * radius);
  cairo_fill(cairo_);
}

std::span<const std::byte> Canvas::pixels() {
  static_assert(width % 4 == 0, "Cairo pads rows that are not");
  cairo_surface_flush(surface_);
  auto* bytes = reinterpret_cast<const std::byte*>(cairo_image_surface_get_data(surface_));
  return {bytes, std::size_t{width} * height * 4};
}

void Canvas::push(Point origin, double scale, double turn) {
  cairo_save(cairo_);
  cairo_translate(cairo_, origin.x, origin.y);
  cairo_rotate(cairo_, turn);
  cairo_scale(cairo_, scale, scale);
}

void Canvas::pop() { cairo_restore(cairo_); }

void Canvas::clip_box(double x, double y, double wide, double high, double corner) {
  trace_box(x, y, wide, high, corner);
  cairo_clip(cairo_);
}

void Canvas::clip_disc(Point centre, double radius) {
  cairo_new_path(cairo_);
  cairo_arc(cairo_, centre.x, centre.y, radius, 0, whole_turn);
  cairo_clip(cairo_);
}

void Canvas::trace_box(double x, double y, double wide, double high, double corner) {
  cairo_new_path(cairo_);
  double radius = std::min({corner, wide / 2, high / 2});
  if (radius <= 0) {
    cairo_rectangle(cairo_, x, y, wide, high);
    return;
  }
  double quarter = whole_turn / 4;
  cairo_arc(cairo_, x + wide - radius, y + radius, radius, -quarter, 0);
  cairo_arc(cairo_, x + wide - radius, y + high - radius, radius, 0, quarter);
  cairo_arc(cairo_, x + radius, y + high - radius, radius, quarter, 2 * quarter);
  cairo_arc(cairo_, x + radius, y + radius, radius, 2 * quarter, 3 * quarter);
  cairo_close_path(cairo_);
}

void Canvas::trace_lines(const std::vector<Point>& points) {
  cairo_new_path(cairo_);
  for (Point point : points) cairo_line_to(cairo_, point.x, point.y);
}

// Catmull-Rom: each stretch is a Bezier curve whose handles are a sixth of its neighbours' chord.
void Canvas::trace_curve(const std::vector<Point>& points, bool closed) {
  cairo_new_path(cairo_);
  int count = static_cast<int>(points.size());
  auto point = [&](int i) {
    return points[closed ? (i + count) % count : std::clamp(i, 0, count - 1)];
  };
  cairo_move_to(cairo_, point(0).x, point(0).y);
  for (int i = 0; i < (closed ? count : count - 1); ++i) {
    Point before = point(i - 1), from = point(i), to = point(i + 1), after = point(i + 2);
    cairo_curve_to(cairo_, from.x + (to.x - before.x) / 6, from.y + (to.y - before.y) / 6,
                   to.x - (after.x - from.x) / 6, to.y - (after.y - from.y) / 6, to.x, to.y);
  }
}

void Canvas::use(const Paint& paint) {
  const Colour& colour = paint.first;
  if (paint.is_flat) {
    cairo_set_source_rgba(cairo_, colour.red, colour.green, colour.blue, colour.alpha);
    return;
  }
  auto* pattern = cairo_pattern_create_linear(paint.from.x, paint.from.y, paint.to.x, paint.to.y);
  add_stop(pattern, 0, paint.first);
  add_stop(pattern, 1, paint.second);
  cairo_set_source(cairo_, pattern);
  cairo_pattern_destroy(pattern);
}

void Canvas::fill_path(const Paint& paint) {
  use(paint);
  cairo_fill(cairo_);
}

void Canvas::stroke_path(double thickness, const Paint& paint) {
  use(paint);
  cairo_set_line_width(cairo_, thickness);
  cairo_stroke(cairo_);
}

}  // namespace antiphon::clips
