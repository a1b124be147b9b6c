#pragma once

#include <string_view>
#include <vector>

#include "apps/director/sample/clips/canvas.h"

namespace antiphon::clips {

/// One moving picture. `draw` paints the whole frame for a time in [0, 1); a loop has no seam.
struct Scene {
  std::string_view name;  ///< the stem of its files, as in "coffee-steam"
  void (*draw)(Canvas& canvas, double time);
  double still = 0.5;  ///< the time that the thumbnail shows
};

std::vector<Scene> nature_scenes();
std::vector<Scene> weather_scenes();
std::vector<Scene> animal_scenes();
std::vector<Scene> city_scenes();
std::vector<Scene> travel_scenes();
std::vector<Scene> money_scenes();
std::vector<Scene> work_scenes();
std::vector<Scene> technology_scenes();
std::vector<Scene> health_scenes();
std::vector<Scene> sport_scenes();
std::vector<Scene> food_scenes();
std::vector<Scene> culture_scenes();
std::vector<Scene> energy_scenes();
std::vector<Scene> space_scenes();
std::vector<Scene> society_scenes();

/// Every scene of every family.
std::vector<Scene> all_scenes();

}  // namespace antiphon::clips
