#include <algorithm>
#include <charconv>

#include "engine/base/error.h"
#include "engine/media/film.h"
#include "engine/schema/json.h"

namespace antiphon::media {
namespace {

struct Disposition {
  std::int64_t attached_pic = 0;
};
auto describe(schema::Tag<Disposition>) {
  return schema::object<Disposition>("Disposition")
      .field("attached_pic", &Disposition::attached_pic, "1: the cover of a record",
             schema::defaulted);
}

struct Track {
  std::string codec_type;
  std::string codec_name;
  std::string pix_fmt;
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::string duration;
  Disposition disposition;
};
auto describe(schema::Tag<Track>) {
  return schema::object<Track>("Track")
      .field("codec_type", &Track::codec_type, "video, audio, subtitle, data")
      .field("codec_name", &Track::codec_name, "h264")
      .field("pix_fmt", &Track::pix_fmt, "yuv420p")
      .field("width", &Track::width, "In points")
      .field("height", &Track::height, "In points")
      .field("duration", &Track::duration, "Seconds, as text")
      .field("disposition", &Track::disposition, "What it is for")
      .all_defaulted();
}

struct Container {
  std::string format_name;
  std::string duration;
  std::string bit_rate;
};
auto describe(schema::Tag<Container>) {
  return schema::object<Container>("Container")
      .field("format_name", &Container::format_name, "Its names")
      .field("duration", &Container::duration, "Seconds, as text")
      .field("bit_rate", &Container::bit_rate, "Bits a second, as text")
      .all_defaulted();
}

struct Probed {
  std::vector<Track> streams;
  Container format;
};
auto describe(schema::Tag<Probed>) {
  return schema::object<Probed>("Probed")
      .field("streams", &Probed::streams, "Its tracks")
      .field("format", &Probed::format, "What holds them")
      .all_defaulted();
}

// 0 for what is no number.
double number_in(const std::string& text) {
  double number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::chrono::milliseconds length_of(const Probed& probed, const Track& track) {
  double seconds = number_in(probed.format.duration);
  if (seconds <= 0) seconds = number_in(track.duration);
  // Beyond all limits there is no need to be exact, and no room for it.
  return std::chrono::milliseconds(static_cast<std::int64_t>(std::clamp(seconds, 0.0, 1e9) * 1000));
}

bool is_picture_format(std::string_view name) {
  return name.ends_with("_pipe") || name == "image2";
}

void expect_within(const FilmFacts& facts, const FilmLimits& limits) {
  if (facts.width <= 0 || facts.height <= 0) {
    throw Error(Code::unprocessable, "The file has a picture track without a size: it is broken.");
  }
  if (std::int64_t{facts.width} * facts.height > limits.pixels_max) {
    throw Error(Code::too_large,
                fmt::format("The picture is {} x {} points; {} x {} is the most that is taken.",
                            facts.width, facts.height, 7680, limits.pixels_max / 7680));
  }
  if (facts.length > limits.length_max) {
    throw Error(Code::too_large,
                fmt::format("The film is {} s long; {} s is the most.", facts.length.count() / 1000,
                            limits.length_max.count()));
  }
}

int to_points(std::int64_t number) {
  return static_cast<int>(std::clamp<std::int64_t>(number, 0, std::numeric_limits<int>::max()));
}

}  // namespace

FilmFacts read_facts(std::string_view json, const FilmLimits& limits) {
  Probed probed = schema::parse<Probed>(json, schema::ParseOptions::outside());
  if (probed.streams.size() > limits.streams_max) {
    throw Error(Code::too_large, fmt::format("The file has {} tracks; {} is the most.",
                                             probed.streams.size(), limits.streams_max));
  }
  auto is_film = [](const Track& track) {
    return track.codec_type == "video" && track.disposition.attached_pic == 0;
  };
  auto film = std::ranges::find_if(probed.streams, is_film);
  if (film == probed.streams.end()) {
    throw Error(Code::unsupported,
                "The file has no picture, only sound or data. Give a film or a picture.");
  }
  auto sound = std::ranges::find(probed.streams, "audio", &Track::codec_type);
  FilmFacts facts{.is_still = is_picture_format(probed.format.format_name),
                  .width = to_points(film->width),
                  .height = to_points(film->height),
                  .length = length_of(probed, *film),
                  .container = probed.format.format_name,
                  .codec = film->codec_name,
                  .pixel_format = film->pix_fmt,
                  .sound_codec = sound == probed.streams.end() ? "" : sound->codec_name,
                  .bits_per_second =
                      static_cast<std::int64_t>(std::max(0.0, number_in(probed.format.bit_rate)))};
  if (facts.is_still) facts.length = {};
  expect_within(facts, limits);
  return facts;
}

std::string media_type(const FilmFacts& facts) {
  auto holds = [&](std::string_view name) { return facts.container.contains(name); };
  if (facts.is_still) return facts.codec == "mjpeg" ? "image/jpeg" : "image/" + facts.codec;
  if (holds("mp4")) return "video/mp4";
  if (holds("matroska")) {
    bool is_webm = facts.codec == "vp8" || facts.codec == "vp9" || facts.codec == "av1";
    return is_webm ? "video/webm" : "video/x-matroska";
  }
  if (holds("gif")) return "image/gif";
  if (holds("avi")) return "video/x-msvideo";
  if (holds("mpegts")) return "video/mp2t";
  if (holds("mpeg")) return "video/mpeg";
  if (holds("ogg")) return "video/ogg";
  if (holds("flv")) return "video/x-flv";
  if (holds("asf")) return "video/x-ms-asf";
  return "application/octet-stream";
}

std::string seekable_type(const FilmFacts& facts) {
  if (facts.is_still) return "";
  if (media_type(facts) == "video/webm") return "video/webm";
  // What a browser puts into Matroska beside VP8, VP9 and AV1 is H.264.
  bool is_known = facts.container.contains("mp4") || facts.container.contains("matroska");
  return is_known ? "video/mp4" : "";
}

bool plays_in_browsers(const FilmFacts& facts) {
  constexpr std::int64_t smooth_bits_per_second = 8'000'000;
  std::string type = media_type(facts);
  bool is_known = (type == "video/webm" && facts.codec != "av1") ||
                  (type == "video/mp4" && facts.codec == "h264");
  bool is_small = facts.width <= Film::preview_width_max && facts.height <= Film::preview_width_max;
  return is_known && is_small && facts.pixel_format == "yuv420p" && facts.length.count() > 0 &&
         facts.bits_per_second > 0 && facts.bits_per_second <= smooth_bits_per_second;
}

std::optional<std::chrono::milliseconds> read_progress(std::string_view report) {
  constexpr std::string_view key = "out_time_us=";
  std::size_t at = report.rfind(key);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view digits = report.substr(at + key.size());
  std::size_t end = digits.find('\n');
  if (end == std::string_view::npos) return std::nullopt;  // its end is still to come
  std::int64_t microseconds = 0;
  auto [stopped, error] = std::from_chars(digits.data(), digits.data() + end, microseconds);
  if (error != std::errc() || stopped != digits.data() + end || microseconds < 0) {
    return std::nullopt;
  }
  return std::chrono::milliseconds(microseconds / 1000);
}

}  // namespace antiphon::media
