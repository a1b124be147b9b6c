#pragma once

#include "engine/app/app.h"
#include "server/config.h"
#include "server/doctor/reach.h"

// What a server stands on here: its folder, its database, its address, its certificate.

namespace antiphon::server::doctor {

/// Whether the folder can be written, who holds it, and how much room is left. Makes nothing.
Findings check_data_folder(const Settings& settings);

/// Whether the database answers and which migrations are to come. A file that is not there yet is
/// left to the first start; at most the table of migrations is made.
Task<Finding> check_database(Outside outside, const Settings* settings,
                             std::vector<const app::AppInfo*> apps);

/// Whether the address can be listened at, while no server has the folder.
Finding check_address(const Settings& settings, Network& network);

/// The certificate of `tls`; nothing where none is set.
Findings check_certificate(const TlsSettings& settings, Timestamp now);

/// Whether this machine's clock is later than `built`, when its program was made.
Finding check_clock(Timestamp now, Timestamp built);
/// When the file of the running program was written.
Timestamp program_time();

}  // namespace antiphon::server::doctor
