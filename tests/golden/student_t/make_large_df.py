# python3 make_large_df.py, in this folder: the tail where R's pt approximates, by integrating the density with 40 digits.
from mpmath import exp, log1p, loggamma, mp, mpf, nstr, pi, quad, sqrt

mp.dps = 40
with open("large_df.csv", "w") as out:
    out.write("t,df,two_sided_p\n")
    for df in (1e6, 1e7, 1e9, 1e12):
        for t in (0.01, 1.0, 1.7, 1.8, 3.0, 8.0):
            n, start = mpf(df), mpf(t)
            factor = exp(loggamma((n + 1) / 2) - loggamma(n / 2)) / sqrt(n * pi)
            ends = [start, start + 1, start + 3, start + 10, start + 40]
            tail = 2 * quad(lambda u: factor * exp(-(n + 1) / 2 * log1p(u * u / n)), ends)
            out.write(f"{t!r},{df!r},{nstr(tail, 17)}\n")
