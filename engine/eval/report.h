#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/schema/describe.h"

namespace antiphon::eval {

/// One number that an evaluation gave, and what it is to reach.
struct Figure {
  std::string name;                     ///< "recall@3, paraphrase"
  double value = 0;                     ///< finite
  std::string unit;                     ///< "ms"; empty: a share or a plain number
  std::int64_t cases = 0;               ///< it was taken over so many
  std::optional<double> at_least = {};  ///< the aim; a figure without one only tells
  std::optional<double> at_most = {};
};

inline auto describe(schema::Tag<Figure>) {
  return schema::object<Figure>("Figure", "One number that an evaluation gave")
      .field("name", &Figure::name, "What was measured")
      .field("value", &Figure::value, "What came")
      .field("unit", &Figure::unit, "Its unit; empty: a share or a plain number")
      .field("cases", &Figure::cases, "Taken over so many")
      .field("atLeast", &Figure::at_least, "The aim, where more is better")
      .field("atMost", &Figure::at_most, "The aim, where less is better");
}

/// How often each label was answered by each: rows are what was right, columns what was given.
struct Confusion {
  std::string name;  ///< "sentiment"
  std::vector<std::string> labels;
  std::vector<std::vector<std::int64_t>> counts;  ///< by label expected, then by label given

  /// Counts one case; a label that is new gets a row and a column.
  void add(std::string_view expected, std::string_view given);
  std::int64_t cases() const;
  /// The share that was right; 0 without cases.
  double accuracy() const;

 private:
  std::size_t number_of(std::string_view label);
};

inline auto describe(schema::Tag<Confusion>) {
  return schema::object<Confusion>("Confusion", "How often each label was answered by each")
      .field("name", &Confusion::name, "What was labelled")
      .field("labels", &Confusion::labels, "All labels")
      .field("counts", &Confusion::counts, "By label expected, then by label given");
}

/// Rows of numbers: a curve, figures by kind.
struct Table {
  std::string name;
  std::vector<std::string> columns;
  std::vector<std::vector<double>> rows;  ///< as long as `columns`, finite
};

inline auto describe(schema::Tag<Table>) {
  return schema::object<Table>("Table", "Rows of numbers")
      .field("name", &Table::name, "What it shows")
      .field("columns", &Table::columns, "Their names")
      .field("rows", &Table::rows, "From top to bottom");
}

/// A case that was not answered as it should have been.
struct Miss {
  std::int64_t line = 0;  ///< in the set
  std::string input;
  std::string expected;
  std::string given;
  std::vector<std::string> tags = {};
};

inline auto describe(schema::Tag<Miss>) {
  return schema::object<Miss>("Miss", "A case that was not answered as it should have been")
      .field("line", &Miss::line, "In the set")
      .field("input", &Miss::input, "What was asked")
      .field("expected", &Miss::expected, "What was right")
      .field("given", &Miss::given, "What came")
      .field("tags", &Miss::tags, "Its kinds");
}

/// How one of those that were asked did: the rules, a model, a recogniser.
struct Side {
  std::string name;  ///< "rules"
  std::vector<Figure> figures = {};
  std::vector<Confusion> confusions = {};
  std::vector<Table> tables = {};
  std::vector<Miss> misses = {};
};

inline auto describe(schema::Tag<Side>) {
  return schema::object<Side>("Side", "How one of those that were asked did")
      .field("name", &Side::name, "Who: rules, a model, a recogniser")
      .field("figures", &Side::figures, "What was measured")
      .field("confusions", &Side::confusions, "Where there are labels")
      .field("tables", &Side::tables, "Curves and figures by kind")
      .field("misses", &Side::misses, "What went wrong, case by case");
}

/// What an evaluation gave.
struct Report {
  std::string evaluation;
  std::string set;  ///< name of its file
  std::int64_t cases = 0;
  std::vector<std::string> limits = {};  ///< of the set: what its figures do not say
  std::vector<Side> sides = {};
};

inline auto describe(schema::Tag<Report>) {
  return schema::object<Report>("Report", "What an evaluation gave")
      .field("evaluation", &Report::evaluation, "Its name")
      .field("set", &Report::set, "Name of the set")
      .field("cases", &Report::cases, "In the set")
      .field("limits", &Report::limits, "What the figures do not say")
      .field("sides", &Report::sides, "Each of those that were asked");
}

/// The report as lines for people.
/// @param misses_max  so many cases that went wrong are shown of each side
std::string to_table(const Report& report, std::size_t misses_max);

/// Every aim that is not reached, in words: "rules: accuracy is 0.800, the aim is at least 0.85".
std::vector<std::string> unreached(const Report& report);

/// Sets the aim of the figures of this name, on every side.
/// @param wish  "recall@3=0.8"; a figure that is to stay small keeps its direction
/// @throws Error{Code::invalid} for another form, or a name that no figure has
void set_aim(Report& report, std::string_view wish);

}  // namespace antiphon::eval
