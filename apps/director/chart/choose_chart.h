#pragma once

#include <optional>
#include <string_view>

#include "apps/director/chart/chart.h"
#include "apps/director/chart/sentence.h"

namespace antiphon::director {

/// The chart that English words ask for: of the newest sentence that has one. Nothing where a
/// figure is denied, asked, supposed or a bound, where a number cannot be placed, and where the
/// figures do not belong together: a wrong number is worse than none (D-5). Pure.
std::optional<Chart> choose_chart(std::string_view text);

/// Each way to draw a sentence that asserts its figures; nothing where it is not that way. Pure.
std::optional<Chart> draw_from_to(const Sentence& sentence);  ///< "from 3 to 5 million"
std::optional<Chart> draw_list(const Sentence& sentence);     ///< "apples 3 dollars, pears 5"
std::optional<Chart> draw_change(const Sentence& sentence);   ///< "sales grew by 20 percent"
std::optional<Chart> draw_share(const Sentence& sentence);    ///< "a third of the food"

/// 1 for a word that says something grew ("rose", "more"), -1 for one that it shrank, else 0.
int sign_of(std::string_view word);

/// The figures that may be drawn; nothing when one cannot be placed.
std::vector<const Figure*> values_of(const Sentence& sentence);

/// The figures with one unit: where one has none, that of the others. Nothing when two units meet,
/// and when "three" beside "five million" may mean three or three million.
std::vector<Figure> with_one_unit(const std::vector<const Figure*>& values);

ChartPoint make_point(const Sentence& sentence, const Figure& figure, std::string label);

}  // namespace antiphon::director
