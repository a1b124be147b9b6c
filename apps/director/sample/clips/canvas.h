#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

// The drawing surface of a scene: 640 by 360 points, origin at the top left, y downwards, angles in
// radians clockwise. A thin layer over Cairo that keeps scenes short. One thread at a time.

typedef struct _cairo cairo_t;
typedef struct _cairo_surface cairo_surface_t;

namespace antiphon::clips {

inline constexpr int width = 640;
inline constexpr int height = 360;

struct Point {
  double x = 0;
  double y = 0;
};

struct Colour {
  double red = 0;
  double green = 0;
  double blue = 0;
  double alpha = 1;

  Colour faded(double opacity) const { return {red, green, blue, alpha * opacity}; }
};

/// 0xRRGGBB as an opaque colour.
constexpr Colour rgb(std::uint32_t hex) {
  return {((hex >> 16) & 255) / 255.0, ((hex >> 8) & 255) / 255.0, (hex & 255) / 255.0};
}

/// `share` 0 gives `from`, 1 gives `to`.
Colour mix(Colour from, Colour to, double share);

inline constexpr Colour white = rgb(0xffffff);
inline constexpr Colour black = rgb(0x000000);
inline constexpr Colour ink = rgb(0x22304a);

/// What a shape is filled with: one colour, or two along a line.
struct Paint {
  Paint(Colour flat) : first(flat), second(flat) {}
  Paint(Point from_point, Colour from_colour, Point to_point, Colour to_colour)
      : first(from_colour), second(to_colour), from(from_point), to(to_point), is_flat(false) {}

  Colour first;
  Colour second;
  Point from;
  Point to;
  bool is_flat = true;
};

/// Two colours from height `top` down to height `bottom`.
inline Paint downward(double top, Colour first, double bottom, Colour second) {
  return {{0, top}, first, {0, bottom}, second};
}

/// Two colours from `left` to `right`.
inline Paint rightward(double left, Colour first, double right, Colour second) {
  return {{left, 0}, first, {right, 0}, second};
}

class Canvas {
 public:
  Canvas();
  ~Canvas();
  Canvas(const Canvas&) = delete;
  Canvas& operator=(const Canvas&) = delete;

  void fill(const Paint& paint);
  void box(double x, double y, double wide, double high, const Paint& paint, double corner = 0);
  void disc(Point centre, double radius, const Paint& paint);
  void oval(Point centre, double radius_x, double radius_y, const Paint& paint);
  void polygon(const std::vector<Point>& corners, const Paint& paint);
  /// A closed soft shape through the points.
  void blob(const std::vector<Point>& points, const Paint& paint);
  /// Straight strokes with round ends and corners.
  void line(const std::vector<Point>& points, double thickness, const Paint& paint);
  /// A soft stroke through the points.
  void curve(const std::vector<Point>& points, double thickness, const Paint& paint);
  void arc(Point centre, double radius, double from, double to, double thickness,
           const Paint& paint);
  void ring(Point centre, double radius, double thickness, const Paint& paint);
  /// Light that fades out at `radius`.
  void glow(Point centre, double radius, Colour colour);

  /// Runs `draw` in a frame of its own: origin there, then turned, then scaled.
  template <class Draw>
  void at(Point origin, double scale, double turn, Draw draw) {
    push(origin, scale, turn);
    draw();
    pop();
  }

  /// Runs `draw` so that it marks the inside of the box, or of the disc, only.
  template <class Draw>
  void inside_box(double x, double y, double wide, double high, double corner, Draw draw) {
    push({}, 1, 0);
    clip_box(x, y, wide, high, corner);
    draw();
    pop();
  }
  template <class Draw>
  void inside_disc(Point centre, double radius, Draw draw) {
    push({}, 1, 0);
    clip_disc(centre, radius);
    draw();
    pop();
  }

  /// The picture as rows of blue, green, red, unused bytes, `width` * `height` * 4 of them; valid
  /// until the next stroke.
  std::span<const std::byte> pixels();

 private:
  void push(Point origin, double scale, double turn);
  void pop();
  void clip_box(double x, double y, double wide, double high, double corner);
  void clip_disc(Point centre, double radius);
  void trace_box(double x, double y, double wide, double high, double corner);
  void trace_lines(const std::vector<Point>& points);
  void trace_curve(const std::vector<Point>& points, bool closed);
  void use(const Paint& paint);
  void fill_path(const Paint& paint);
  void stroke_path(double thickness, const Paint& paint);

  cairo_surface_t* surface_;
  cairo_t* cairo_;
};

}  // namespace antiphon::clips
