# Runs openair on mydata and writes what the tests compare with. How: README.md.
#
#   Rscript make.R FOLDER_WITH_OPENAIR_SOURCE MYDATA_CSV OUT
args <- commandArgs(TRUE)
suppressPackageStartupMessages({
  library(lattice); library(latticeExtra); library(dplyr); library(tidyr); library(purrr); library(lubridate)
  library(mgcv); library(grid); library(cluster); library(tibble); library(MASS); library(rlang)
})
select <- dplyr::select
filter <- dplyr::filter
for (file in sort(list.files(file.path(args[1], "R"), full.names = TRUE))) {
  if (grepl("zzz", file)) next
  # dplyr 1.0 has no reframe(); its summarise() gives several rows a group as well.
  text <- gsub("dplyr::reframe", "dplyr::summarise", readLines(file, warn = FALSE), fixed = TRUE)
  try(eval(parse(text = text), globalenv()), silent = TRUE)
}
pdf(NULL)
# A plain data frame: then openair writes a direction of 0 as 360, as its comments say; of a tibble it does not.
mydata <- read.csv(args[2])
mydata$date <- as.POSIXct(mydata$date, tz = "GMT", format = "%Y-%m-%d %H:%M")
keep <- function(name, x, columns = names(x)) {
  write.csv(as.data.frame(x)[, columns], file.path(args[3], name), row.names = FALSE, na = "", quote = FALSE)
  cat(name, nrow(x), "\n")
}
said <- function(name, x) cat(name, format(x, digits = 17), "\n")

rose_columns <- function(x) setdiff(names(x), c("default", "panel.fun", "mean.wd"))
rose <- function(name, r) keep(name, r$data, rose_columns(r$data))
rose("wind_rose.csv", windRose(mydata, plot = FALSE))
rose("wind_rose_22_5.csv", windRose(mydata, angle = 22.5, plot = FALSE))
rose("wind_rose_22_5_uncorrected.csv", windRose(mydata, angle = 22.5, bias.corr = FALSE, plot = FALSE))
rose("wind_rose_calm_0_5.csv", windRose(mydata, calm.thresh = 0.5, plot = FALSE))
rose("pollution_rose_nox.csv", pollutionRose(mydata, "nox", plot = FALSE))
rose("pollution_rose_nox_mean.csv", pollutionRose(mydata, "nox", statistic = "prop.mean", plot = FALSE))
rose("pollution_rose_pm10.csv", pollutionRose(mydata, "pm10", plot = FALSE))

# Each value stands at both edges of its sector; one of them is enough.
percentiles <- function(r) subset(r$data, id %% 2 == 1)
p <- percentiles(percentileRose(mydata, "nox", plot = FALSE))
keep("percentile_rose_nox.csv", p, c("percentile", "wd", "pollutant"))
whole <- na.omit(mydata[, c("ws", "wd", "so2")])
p <- percentiles(percentileRose(whole, "so2", percentile = 95, method = "cpf", plot = FALSE))
keep("percentile_rose_so2_cpf.csv", p, c("percentile", "wd", "pollutant"))

# With more basis functions than bins the fit fails, and openair hands out the bins themselves.
polar <- function(name, ...) {
  bins <- suppressWarnings(polarPlot(mydata, ..., k = 5000, plot = FALSE))$data
  keep(paste0("polar_", name, "_bins.csv"), subset(bins, !is.na(z)), c("u", "v", "z"))
  surface <- polarPlot(mydata, ..., plot = FALSE)$data # 201 x 201; every fifth point is kept
  at <- function(x) match(round(x, 9), unique(round(surface$u, 9))) # the same numbers north and east
  keep(paste0("polar_", name, ".csv"), surface[at(surface$u) %% 5 == 1 & at(surface$v) %% 5 == 1, ], c("u", "v", "z"))
}
polar("nox", pollutant = "nox")
polar("so2", pollutant = "so2")
polar("so2_cpf", pollutant = "so2", statistic = "cpf", percentile = 90)

trend <- function(name, data, ...) {
  r <- TheilSen(data, ..., plot = FALSE, silent = TRUE)$data$main.data
  columns <- c("date", "conc", "a", "p", "slope", "intercept.lower", "intercept.upper", "lower", "upper",
               "slope.percent", "lower.percent", "upper.percent")
  keep(paste0("theil_sen_", name, ".csv"), r, columns)
}
# Of an odd number of months stl's median of the residuals is the median; of an even number see README.md.
odd <- subset(mydata, date < as.POSIXct("2003-12-01", tz = "GMT"))
trend("nox", mydata, "nox")
trend("nox_deseason", mydata, "nox", deseason = TRUE)
trend("nox_deseason_71", odd, "nox", deseason = TRUE)
trend("pm10_deseason_71", odd, "pm10", deseason = TRUE)
trend("nox_deseason_71_autocor", odd, "nox", deseason = TRUE, autocor = TRUE)

means <- c("date", "ws", "wd", "nox", "pm10", "pm25")
keep("average_day_75.csv", timeAverage(mydata, "day", data.thresh = 75), means)
keep("average_month.csv", timeAverage(mydata, "month"), means)
keep("average_month_vector_75.csv", timeAverage(mydata, "month", vector.ws = TRUE, data.thresh = 75), means)
keep("average_season.csv", timeAverage(mydata, "season"), means)
keep("average_year.csv", timeAverage(mydata, "year"), means)
keep("average_year_p98.csv", timeAverage(mydata, "year", statistic = "percentile", percentile = 98), means)
for (s in c("median", "sd", "min", "max", "sum", "frequency", "data.cap")) {
  keep(paste0("average_month_", s, ".csv"), timeAverage(mydata, "month", statistic = s), c("date", "nox", "pm10", "pm25"))
}

calendar <- function(name, ...) {
  days <- calendarPlot(mydata, year = 2003, ..., plot = FALSE)$data
  keep(name, days[!is.na(days$date), ], c("date", "conc.mat"))
}
calendar("calendar_pm10_2003.csv", pollutant = "pm10")
calendar("calendar_nox_2003_75.csv", pollutant = "nox", data.thresh = 75)

set.seed(1)
r <- timeVariation(mydata, "nox", B = 500, plot = FALSE)$data
keep("variation_nox_hour.csv", r$hour, c("hour", "Mean", "Lower", "Upper"))
keep("variation_nox_weekday.csv", r$day, c("wkday", "Mean", "Lower", "Upper"))
keep("variation_nox_month.csv", r$month, c("mnth", "Mean", "Lower", "Upper"))
keep("variation_nox_weekday_hour.csv", r$day.hour, c("wkday", "hour", "Mean", "Lower", "Upper"))
r <- timeVariation(mydata, "nox", statistic = "median", plot = FALSE)$data
keep("variation_nox_median_hour.csv", r$hour, c("hour", "ci", "Mean", "Lower", "Upper"))

# corPlot hands out nothing under this dplyr; these are the calls it makes.
numbers <- mydata[, -1]
for (method in c("pearson", "spearman")) {
  r <- cor(numbers, use = "pairwise.complete.obs", method = method)
  order <- order.dendrogram(as.dendrogram(hclust(dist(r))))
  grid <- expand.grid(row = names(numbers), column = names(numbers))
  grid$r <- as.vector(r)
  grid$place <- match(grid$row, names(numbers)[order])
  keep(paste0("correlation_", method, ".csv"), grid)
}

# Base R, for what openair has no table of.
boxes <- do.call(rbind, lapply(split(mydata$nox, format(mydata$date, "%Y")), function(v) {
  v <- v[!is.na(v)]
  q <- quantile(v, c(0, 0.05, 0.25, 0.5, 0.75, 0.95, 1), names = FALSE)
  data.frame(n = length(v), min = q[1], p5 = q[2], q1 = q[3], median = q[4], q3 = q[5], p95 = q[6], max = q[7], mean = mean(v))
}))
keep("box_nox_year.csv", cbind(year = rownames(boxes), boxes))
fit <- summary(lm(no2 ~ nox, mydata))
said("no2 on nox: intercept, slope, its error", c(coef(fit)[1, 1], coef(fit)[2, 1:2]))
said("r", cor(mydata$nox, mydata$no2, use = "complete.obs"))
set.seed(2); said("72 below, seed 2", sample(1:72, 10, TRUE))
set.seed(1); said("5 below, seed 1", sample.int(5, 10, TRUE))
set.seed(7); said("100000 below, seed 7", sample.int(100000, 5, TRUE))
for (p in list(list(1, 380, 6), list(0.3, 12.7, 6), list(-3, 7, 5), list(5, 5, 4), list(0, 1300, 20)))
  said(paste("pretty", p[[1]], p[[2]], p[[3]]), pretty(c(p[[1]], p[[2]]), p[[3]]))
passengers <- ts(log(AirPassengers)[1:143], start = c(1949, 1), frequency = 12)
keep("stl_air_passengers.csv", data.frame(value = as.vector(passengers), stl(passengers, s.window = 11, robust = TRUE, s.degree = 1)$time.series))
