#!/usr/bin/env python3
"""Writes air_assessment.jsonl: yearly assessments of the demo's city days, worked out here from the text of HJ 663-2013 and the
limits of GB 3095 in exact decimals, without any code of Celadon. Run by hand when cases are added:

    python3 tests/reference/standards/air_assessment.py > tests/reference/standards/air_assessment.jsonl
"""
import calendar
import csv
import datetime
import json
import pathlib
from decimal import Decimal, ROUND_HALF_EVEN

root = pathlib.Path(__file__).resolve().parents[3]
places = {"SO2": 0, "NO2": 0, "PM10": 0, "PM2.5": 0, "CO": 1, "O3-MDA8": 0}
columns = {"SO2": "so2", "NO2": "no2", "PM10": "pm10", "PM2.5": "pm25", "CO": "co", "O3-MDA8": "o3"}
percent = {"SO2": 98, "NO2": 98, "PM10": 95, "PM2.5": 95, "CO": 95, "O3-MDA8": 90}
with_mean = ["SO2", "NO2", "PM10", "PM2.5"]
# Zone 2: (year, day) limits, GB 3095-2012 and GB 3095-2026 4.4.
limits = {
    "GB 3095-2012": {"SO2": (60, 150), "NO2": (40, 80), "PM10": (70, 150), "PM2.5": (35, 75), "CO": (None, 4), "O3-MDA8": (None, 160)},
    "GB 3095-2026/transition": {"SO2": (60, 150), "NO2": (40, 80), "PM10": (60, 120), "PM2.5": (30, 60), "CO": (None, 4), "O3-MDA8": (None, 160)},
    "GB 3095-2026/final": {"SO2": (20, 50), "NO2": (30, 50), "PM10": (50, 100), "PM2.5": (25, 50), "CO": (None, 4), "O3-MDA8": (None, 160)},
}
composite_limits = {"SO2": 60, "NO2": 40, "PM10": 70, "PM2.5": 35, "CO": 4, "O3-MDA8": 160}


def rounded(value, decimals):
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)


def percentile(values, p):
    values = sorted(values)
    k = Decimal(len(values) - 1) * p / 100
    s = int(k)
    if s + 1 == len(values):
        return values[s]
    return values[s] + (values[s + 1] - values[s]) * (k - s)


def assess(days, year, edition):
    """days: {item: [Decimal or None] for each day of the year}"""
    numbers, over, short = {}, [], []
    index = Decimal(0)
    for item, series in days.items():
        good = [rounded(v, places[item]) for v in series if v is not None]
        valid = len(good) >= 324
        for month in range(1, 13):
            first = (datetime.date(year, month, 1) - datetime.date(year, 1, 1)).days
            count = sum(v is not None for v in series[first:first + calendar.monthrange(year, month)[1]])
            valid = valid and count >= (25 if month == 2 else 27)
        mean = rounded(sum(good) / len(good), places[item])
        high = rounded(percentile(good, percent[item]), places[item])
        if item in with_mean:
            numbers[item + " mean"] = float(mean)
        numbers[f"{item} P{percent[item]}"] = float(high)
        of_year, of_day = limits[edition][item]
        if not valid:
            short.append(item)
        elif (item in with_mean and mean > of_year) or high > of_day:
            over.append(item)
        numbers[item + " days over"] = sum(v > of_day for v in good)
        numbers[item + " attainment"] = float(rounded(Decimal(100) * sum(v <= of_day for v in good) / len(good), 1))
        index += (mean if item in with_mean else high) / composite_limits[item]
    numbers["composite-index"] = float(rounded(index, 2))
    return numbers, over, short


def series_of(city, year):
    days = {item: [None] * (366 if calendar.isleap(year) else 365) for item in columns}
    with open(root / "demo/air-city-daily/region_daily_2014_2017.csv", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            date = datetime.date.fromisoformat(row["date"])
            if row["city"] != city or date.year != year:
                continue
            for item, column in columns.items():
                if row[column] != "":
                    days[item][(date - datetime.date(year, 1, 1)).days] = Decimal(row[column])
    return days


def put(name, source, days, year, edition, edition_asked):
    numbers, over, short = assess(days, year, edition)
    expect = {"numbers": numbers, "attains": not over and not short, "edition": edition, "tolerance": 1e-9}
    expect["status"] = "judged" if over or not short else "not-judged"
    if over:
        expect["deciding"] = over
    case = {"case": name, "source": source, "rule": "air-assessment"}
    if edition_asked:
        case["edition"] = edition
    inputs = {item: [None if v is None else float(v) for v in series] for item, series in days.items()}
    case["request"] = {"date": f"{year}-12-31", "inputs": inputs}
    case["expect"] = expect
    print(json.dumps(case, ensure_ascii=False, separators=(",", ":")))


source = "published city days (demo/air-city-daily); HJ 663-2013 5.1.1.2, 6.1.3, A.4-A.6 in exact decimals, air_assessment.py"
for city in ["景德镇", "上饶", "九江", "南昌", "鹰潭", "抚州", "宜春", "萍乡", "新余", "赣州", "吉安", "黄山", "池州", "安庆", "宣城", "衢州"]:
    put(f"{city} 2016", source, series_of(city, 2016), 2016, "GB 3095-2012", False)
for edition in limits:
    put(f"景德镇 2015 under {edition}", source, series_of("景德镇", 2015), 2015, edition, True)
# One day too few in February, then in the whole year.
few = series_of("景德镇", 2015)
few["NO2"][31:35] = [None] * 4
put("景德镇 2015, NO2 with 24 days in February", source, few, 2015, "GB 3095-2012", True)
few = series_of("景德镇", 2015)
few["NO2"][31:34] = [None] * 3
put("景德镇 2015, NO2 with 25 days in February", source, few, 2015, "GB 3095-2012", True)
few = series_of("景德镇", 2015)
for month in (1, 3, 5, 7, 8, 10, 12):
    start = (datetime.date(2015, month, 1) - datetime.date(2015, 1, 1)).days
    few["SO2"][start:start + 4] = [None] * 4
for month in (4, 6, 9, 11):
    start = (datetime.date(2015, month, 1) - datetime.date(2015, 1, 1)).days
    few["SO2"][start:start + 3] = [None] * 3
put("景德镇 2015, SO2 with 325 days", source, few, 2015, "GB 3095-2012", True)
few["SO2"][31:33] = [None] * 2
put("景德镇 2015, SO2 with 323 days", source, few, 2015, "GB 3095-2012", True)
