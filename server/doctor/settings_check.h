#pragma once

#include "engine/base/error.h"
#include "server/config.h"
#include "server/doctor/provider_check.h"

// What the settings say by themselves, before anybody is asked.

namespace antiphon::server::doctor {

/// A configuration that is not taken: each of its faults.
Findings faults_of(const Error& error);

/// What no key says alone: names that belong together.
/// @param set  how many keys are set
Findings check_settings(const Settings& settings, std::size_t set);

/// Models without a price, whose calls count as free. Where budgets are set that is a warning, as
/// it is for providers elsewhere; a model of this machine costs nothing.
Findings check_prices(const Settings& settings);

/// The providers with the models that the gateway's instances ask of each.
std::vector<ProviderCase> provider_cases(const Settings& settings);

/// Keys, passwords, values of headers: what must not be read in a finding.
std::vector<std::string> secrets_of(const Settings& settings);

}  // namespace antiphon::server::doctor
