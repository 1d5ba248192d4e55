"""A map of squares: one for each country or territory of ISO 3166, near where it lies.

Squares give Nauru and Canada the same room, draw no border, and need no geometry of anybody. Where the squares lie was
computed from the coordinates of the principal cities in `zone.tab` of the tz database, which is in the public domain:
each as near to its place as the others allow.
"""

_ROWS = """
.. .. .. .. .. .. .. .. GL .. .. FO NO SJ AX EE FI .. .. .. .. .. .. .. .. .. .. .. .. ..
.. .. .. .. .. .. .. .. .. .. IS GB DK DE SE PL LV .. .. .. .. .. .. .. .. .. .. .. .. ..
.. .. .. CA .. .. .. .. .. .. IM BE NL CZ AT HU LT BY RU .. .. .. .. .. .. .. .. .. .. ..
.. .. .. .. .. .. .. .. .. IE GG LU CH SI SK RS MD UA AZ KZ .. .. .. .. .. .. .. .. .. ..
.. .. .. .. .. .. .. PM .. JE FR MC LI HR BA BG RO GE UZ KG .. .. MN .. .. .. .. .. .. ..
.. .. .. US .. .. BM .. .. PT ES AD VA SM ME MK TR AM TM TJ .. .. .. KP KR .. .. .. .. ..
.. .. .. CU BS TC VG AI SX .. MA GI TN IT AL CY SY IQ IR AF .. BT CN .. .. JP .. .. .. ..
.. .. .. KY HT PR VI MF BL AG MR EH DZ MT GR LB JO KW AE PK NP BD .. HK TW .. .. .. .. ..
.. .. MX BZ JM DO KN MS GP DM SN GM NE LY PS IL SA BH QA OM IN MM LA MO .. .. MP .. .. ..
.. .. GT SV HN AW BQ MQ LC CV GW ML BF TD EG SD ER YE .. .. .. TH KH PH .. .. GU .. .. ..
.. .. .. NI CR CW GD TT VC BB GN TG BJ CM CF SS ET DJ .. MV LK MY VN BN .. PW FM .. MH ..
.. .. .. .. PA CO VE GY GF .. SL GH NG GQ CD UG KE SO .. .. .. .. SG ID .. .. .. NR KI TV
.. .. .. .. .. EC .. SR .. .. LR CI ST GA BI RW TZ SC .. .. .. .. .. .. TL .. PG SB TK WF
PF .. .. .. .. PE BO BR .. .. .. .. AO CG ZM MW KM YT .. .. .. .. .. .. .. .. .. .. VU WS
CK NU .. .. .. .. .. .. .. .. .. .. SH .. NA ZW MZ MG MU .. .. .. .. .. .. .. .. .. FJ AS
PN .. .. .. .. .. .. PY .. .. .. .. .. .. BW ZA SZ RE .. .. .. .. .. .. .. AU .. .. NC TO
.. .. .. .. .. CL AR UY .. .. .. .. .. .. .. LS .. .. .. .. .. .. .. .. .. .. .. .. NF ..
.. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. NZ
.. .. .. .. .. .. .. FK .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. ..
"""

TILES = {
    code: (column, row)
    for row, line in enumerate(_ROWS.split("\n")[1:-1])
    for column, code in enumerate(line.split(" "))
    if code != ".."
}  # {"KR": (21, 5)}: column and row, from the upper left
COLUMNS = 1 + max(column for column, _row in TILES.values())
ROWS = 1 + max(row for _column, row in TILES.values())
