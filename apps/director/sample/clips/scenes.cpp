#include "apps/director/sample/clips/scenes.h"

namespace antiphon::clips {

std::vector<Scene> all_scenes() {
  std::vector<Scene> scenes;
  for (auto family : {nature_scenes, weather_scenes, animal_scenes, city_scenes, travel_scenes,
                      money_scenes, work_scenes, technology_scenes, health_scenes, sport_scenes,
                      food_scenes, culture_scenes, energy_scenes, space_scenes, society_scenes}) {
    auto more = family();
    scenes.insert(scenes.end(), more.begin(), more.end());
  }
  return scenes;
}

}  // namespace antiphon::clips
