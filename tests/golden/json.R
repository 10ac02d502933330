# Writes a list as JSON with every digit of a double. Each make.R sources this file.
# I(x) is an array even when it has one element; NA is null; an infinity stops the script.
to_json <- function(x) {
  scalar <- function(v) {
    if (is.na(v)) "null"
    else if (is.character(v)) paste0('"', v, '"')
    else if (is.logical(v)) tolower(as.character(v))
    else if (is.infinite(v)) stop("infinite value")
    else sprintf("%.17g", v)
  }
  if (is.list(x)) {
    parts <- vapply(x, to_json, "")
    if (is.null(names(x))) paste0("[", paste(parts, collapse = ",\n"), "]")
    else paste0("{", paste0('"', names(x), '": ', parts, collapse = ",\n"), "}")
  } else if (inherits(x, "AsIs") || length(x) != 1) {
    paste0("[", paste(vapply(unclass(x), scalar, ""), collapse = ", "), "]")
  } else scalar(x)
}
write_json <- function(x, file = "expected.json") cat(to_json(x), "\n", file = file, sep = "")
write_input <- function(x, file) write.csv(x, file, row.names = FALSE, quote = FALSE)
