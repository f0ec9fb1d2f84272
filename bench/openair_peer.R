# The figures of bench/charts.cpp by openair, one JSON line each: median, slowest, fastest of five.
#   Rscript openair_peer.R FOLDER_WITH_OPENAIR_SOURCE mydata.csv.zst
args <- commandArgs(TRUE)
suppressWarnings(suppressPackageStartupMessages({
  library(lattice); library(latticeExtra); library(dplyr); library(tidyr); library(purrr); library(lubridate)
  library(mgcv); library(grid); library(cluster); library(tibble); library(MASS); library(rlang)
}))
select <- dplyr::select
filter <- dplyr::filter
for (file in sort(list.files(file.path(args[1], "R"), full.names = TRUE)))
  if (!grepl("zzz", file)) try(source(file), silent = TRUE)
pdf(NULL)
mydata <- read.csv(pipe(paste("zstdcat", shQuote(args[2]))))
mydata$date <- as.POSIXct(mydata$date, tz = "GMT", format = "%Y-%m-%d %H:%M")
tell <- function(what, work) {
  quiet <- function() suppressWarnings(suppressMessages(invisible(capture.output(work()))))
  quiet()
  s <- sort(sapply(1:5, function(i) system.time(quiet())[["elapsed"]]))
  cat(sprintf('{"what": "openair: %s", "median": %.4g, "slowest": %.4g, "fastest": %.4g, "unit": "figures/s"}\n', what, 1 / s[3], 1 / s[5], 1 / s[1]))
}
tell("polar plot of NOx, bins and surface", function() polarPlot(mydata, "nox", plot = FALSE))
tell("monthly means of NOx", function() timeAverage(mydata[, c("date", "nox")], "month"))
tell("Theil-Sen of NOx without its cycle, 599 draws, means included", function() TheilSen(mydata, "nox", deseason = TRUE, plot = FALSE, silent = TRUE))
tell("wind rose", function() windRose(mydata, plot = FALSE))
tell("time variation of NOx, 100 draws", function() timeVariation(mydata, "nox", plot = FALSE))
