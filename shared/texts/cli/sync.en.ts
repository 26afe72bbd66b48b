/** What `cleardial sync` says, in English (United Kingdom). */
export const syncEn = {
  config: "The configuration {file} cannot be used. {why}",
  state: "The state {file} cannot be read. Repair it, or remove it: then files are looked at anew.",
  noSecret: "The environment variable {name} is not set.",
  noSource: "{where} cannot be reached or read: {why}",
  hostKey: "{where} shows another host key than the configured one: {key}. Nothing was sent to it.",
  status: "{file} cannot be fetched: status {status}.",
  noWhole:
    "No whole file of the register has been pushed yet, and none is there: changes alone do not make a list.",
  late: "{file} came when younger changes had been pushed without it: what it says is missing from the list. Push a whole file, or this one by hand under the date that is in force.",
  file: "{file}: {why}",
  nothingNew: "{list}: nothing new.",
  quiet: { one: "Nothing new has come for {n} day.", other: "Nothing new has come for {n} days." },
  failed: "{list}: {why}",
  notReported: "The failure could not be reported to the Worker, so that no mail goes out: {why}",
};
