"""What made-up people answer to Kipu's questionnaires; every answer agrees with the others."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime

Answers = dict[str, str]
SECTORS = (
    ("Centro", "urbana"), ("Santa Rosa", "urbana"), ("San Vicente", "urbana"),
    ("20 de Marzo", "urbana"), ("Nushino", "rural"), ("Shiwa Kucha", "rural"),
    ("Chuyayaku", "rural"), ("Pitacocha", "rural"),
)  # fmt: skip
_WISHES = (
    "Alumbrado en la calle principal", "Rondas con la comunidad", "Una alarma que funcione",
    "Limpiar los lotes vacíos", "Que la policía conteste cuando se llama",
    "Canchas y talleres para los jóvenes", "Lancha para llegar a las comunidades del río",
    "Que las autoridades hablen kichwa", "Una radio para avisar entre comunidades",
)  # fmt: skip
_CRIMES = {
    "vivienda": 0.09, "finca": 0.14, "asalto": 0.06, "hurto": 0.13, "agresion": 0.05,
    "estafa": 0.1, "extorsion": 0.03, "soborno": 0.03,
}  # fmt: skip
"""How many in a hundred suffered each in a year, roughly as such surveys find it."""
_WHERE = {
    "vehiculo": ("vivienda", "barrio"), "partes": ("barrio", "otra_calle"),
    "vivienda": ("vivienda",), "finca": ("camino",), "asalto": ("barrio", "otra_calle", "camino"),
    "hurto": ("comercio", "transporte", "publico"), "agresion": ("barrio", "publico"),
    "estafa": ("linea", "comercio"), "extorsion": ("linea", "barrio"), "soborno": ("oficina",),
}  # fmt: skip
CRIMES = tuple(_WHERE)
_WHY_NOT = ("poco", "inutil", "inutil", "pruebas", "lejos", "tramite", "desconfianza", "comunidad")


def household(chance: random.Random) -> Answers:
    """A household's answers to “hogar”; some refuse, and some have no adult at home."""
    sector, area = chance.choice(SECTORS)
    found = {"sector": sector, "area": area, "adulto": "si"}
    if chance.random() < 0.02:
        return {**found, "adulto": "no"}
    if chance.random() < 0.06:
        return {**found, "acepta": "no", "motivo_rechazo": chance.choice(("Sin tiempo", ""))}
    found |= {"acepta": "si", **_person(chance, area), **_feeling(chance, area)}
    found |= _suffered(chance, area)
    return found | _trust(chance, area)


def _person(chance: random.Random, area: str) -> Answers:
    found = {
        "sexo": chance.choice(("female", "female", "male")),
        "edad": _weighed(chance, {"18-29": 30, "30-44": 34, "45-64": 26, "65+": 10}),
        "etnia": _weighed(
            chance, {"indigenous": 80, "mestizo": 18, "afro_descendant": 2}
            if area == "rural" else {"indigenous": 38, "mestizo": 57, "afro_descendant": 5},
        ),
    }  # fmt: skip
    if found["etnia"] == "indigenous":
        nations = {"kichwa": 78, "shuar": 12, "waorani": 6, "achuar": 4}
        found["nacionalidad"] = _weighed(chance, nations)
    if found.get("nacionalidad") == "kichwa":
        found["pueblo"] = "amazonico"
    if found["etnia"] == "afro_descendant":
        found["pueblo"] = "afroecuatoriano"
    return found | {
        "discapacidad": "si" if chance.random() < 0.08 else "no",
        "residencia": _weighed(chance, {"menos1": 6, "1a4": 22, "5mas": 72}),
        "personas": str(min(12, 1 + round(chance.gammavariate(4, 1)))),
    }


def _feeling(chance: random.Random, area: str) -> Answers:
    day = chance.choices((4, 3, 2, 1), (30, 45, 18, 7) if area == "rural" else (18, 42, 28, 12))[0]
    night = max(1, day - chance.choice((0, 1, 1, 2)))
    home = max(night, chance.choice((2, 3, 4)))
    problems = ("luz", "robos", "alcohol", "policia_lejos", "lotes", "drogas", "transporte")
    places = ("calle", "parque", "camino", "rio", "terminal", "bares")
    unsafe = _some(chance, places, 3) if night < 4 else "ninguno"
    avoided = unsafe.split()[0] if unsafe != "ninguno" and chance.random() < 0.5 else "ninguno"
    likely = {1: (5, 15, 40, 40), 2: (10, 30, 40, 20), 3: (25, 45, 22, 8), 4: (45, 40, 12, 3)}
    return {
        "barrio_dia": str(day), "barrio_noche": str(night), "casa_noche": str(home),
        "cambio": _weighed(chance, {"mejor": 12, "igual": 46, "peor": 38, "ns": 4}),
        "problemas": _some(chance, problems, 4), "inseguros": unsafe, "evita": avoided,
        "deja": _some(chance, ("noche", "dinero", "ninos", "reuniones"), 2)
        if night < 3 else "ninguno",
        "medidas": chance.choice(("perro", "vecinos perro", "luces", "cerraduras", "ninguno")),
        **{
            f"riesgo_{name}": str(chance.choices((1, 2, 3, 4), likely[night])[0])
            for name in ("casa", "asalto", "estafa", "extorsion")
        },
    }  # fmt: skip


def _suffered(chance: random.Random, area: str) -> Answers:
    asked = {"tiene_vehiculo": "si" if chance.random() < 0.45 else "no"}
    if asked["tiene_vehiculo"] == "si":
        asked["vehiculo"] = _happened(chance, 0.07)
        asked["partes"] = _happened(chance, 0.09)
    for crime, often in _CRIMES.items():
        rural = crime == "finca" and area == "rural"
        asked[crime] = _happened(chance, often * 2 if rural else often)
    for crime in CRIMES:
        if asked.get(crime) == "si":
            asked |= {
                f"{crime}_lugar": chance.choice(_WHERE[crime]),
                **_last(chance, crime, _WHY_NOT),
            }
    return asked


def _happened(chance: random.Random, often: float) -> str:
    return "si" if chance.random() < often else "no"


def _last(chance: random.Random, crime: str, reasons: Sequence[str]) -> Answers:
    """The last time it happened: when, whether it was reported, and if not, why not."""
    found = {
        f"{crime}_veces": _weighed(chance, {"1": 70, "2": 20, "3": 7, "4": 3}),
        f"{crime}_mes": f"{chance.randint(1, 12):02}",
        f"{crime}_denuncia": "si" if chance.random() < 0.22 else "no",
    }
    if found[f"{crime}_denuncia"] == "si":
        return found | {f"{crime}_satisfecho": chance.choice("1223")}
    return found | {f"{crime}_porque_no": _some(chance, reasons, 2)}


def _trust(chance: random.Random, area: str) -> Answers:
    def level(centre: int) -> str:
        return str(min(4, max(1, centre + chance.choice((-1, 0, 0, 1)))))

    found = {
        f"conf_{name}": level(centre)
        for name, centre in (
            ("policia", 2), ("fiscalia", 2), ("jueces", 2), ("militares", 3), ("municipio", 2),
            ("parroquia", 3), ("emergencia", 3), ("comunidad", 4 if area == "rural" else 3),
        )
    }  # fmt: skip
    found["conoce_comite"] = _weighed(chance, {"si": 34, "no": 60, "ns": 6})
    if found["conoce_comite"] == "si":
        found["participa"] = chance.choice(("si", "no"))
    return found | {
        "propuesta": chance.choice(_WISHES),
        "presencia": _weighed(chance, {"nadie": 68, "ninos": 22, "adultos": 10}),
        "idioma": "qu" if area == "rural" and chance.random() < 0.4 else "es",
    }


def business(chance: random.Random) -> Answers:
    """A business's answers to “negocio”."""
    sector, area = chance.choice(SECTORS[:4])
    night = chance.choice((1, 2, 2, 3))
    found = {
        "sector": sector, "area": area, "responsable": "si", "acepta": "si",
        "actividad": chance.choice(("tienda", "comida", "hospedaje", "servicio", "transporte")),
        "tamano": _weighed(chance, {"1": 60, "2": 30, "3": 10}),
        "antiguedad": _weighed(chance, {"menos1": 15, "1a4": 40, "5mas": 45}),
        "registro": _weighed(chance, {"si": 70, "no": 22, "nr": 8}),
        "sexo": chance.choice(("female", "male")), "edad": chance.choice(("18-29", "30-44", "45-64")),
        "zona_dia": str(night + 1), "zona_noche": str(night),
        "cambio": _weighed(chance, {"mejor": 10, "igual": 45, "peor": 45}),
        "problemas": _some(chance, ("robos", "luz", "drogas", "policia_lejos", "clientes"), 3),
        "medidas": _some(chance, ("rejas", "camara", "luces", "red"), 2),
        "efectos": chance.choice(("horario", "ninguno", "inversion", "horario personal")),
    }  # fmt: skip
    for crime, often in (("robo", 0.12), ("asalto", 0.06), ("hormiga", 0.3), ("mercancia", 0.05),
                         ("fraude", 0.2), ("danos", 0.08), ("soborno", 0.06)):  # fmt: skip
        found[crime] = _happened(chance, often)
    for crime in ("robo", "asalto", "hormiga", "mercancia", "fraude", "danos", "soborno"):
        if found[crime] == "si":
            found[f"{crime}_lugar"] = "camino" if crime == "mercancia" else "local"
            found |= _last(chance, crime, ("poco", "inutil", "pruebas", "tiempo", "desconfianza"))
    return found | _demands(chance) | _support(chance)


def _demands(chance: random.Random) -> Answers:
    found = {"seguir": "si" if chance.random() < 0.9 else "no"}
    if found["seguir"] == "no":
        return found
    found |= {"oye_extorsion": _weighed(chance, {"si": 35, "no": 60, "nr": 5}),
              "extorsion": _happened(chance, 0.06)}  # fmt: skip
    if found["extorsion"] == "si":
        found |= {
            "extorsion_medio": chance.choice(("mensaje", "telefono mensaje")),
            "extorsion_frecuencia": chance.choice(("una", "varias")),
            "extorsion_veces": chance.choice("1123"), "extorsion_mes": f"{chance.randint(1, 12):02}",
            "extorsion_denuncia": "no", "extorsion_porque_no": "miedo",
        }  # fmt: skip
    return found


def _support(chance: random.Random) -> Answers:
    levels = ("policia", "fiscalia", "municipio", "emergencia", "gremio")
    return {
        **{f"conf_{name}": chance.choice("1223") for name in levels},
        "red_negocios": _weighed(chance, {"si": 30, "no": 70}),
        "apoyo": _some(chance, ("patrulla", "luz", "camaras", "reserva", "red"), 3),
        "propuesta": chance.choice(_WISHES[:6]),
        "presencia": _weighed(chance, {"nadie": 60, "clientes": 40}),
    }


def walk(chance: random.Random, moment: datetime) -> Answers:
    """One point of an exploratory walk, noted at a moment, for “recorrido”."""
    sector, _area = chance.choice(SECTORS[:4])
    kind, point = chance.choice((
        ("parque", "La cancha, lado del río"), ("lote", "Lote junto a la escuela"),
        ("parada", "Parada de buses"), ("puente", "Puente peatonal"),
        ("esquina", "Esquina del mercado"), ("camino", "Entrada al camino viejo"),
    ))  # fmt: skip
    light = chance.choice((1, 2, 2, 3))
    return {
        "sector": sector, "punto": f"{point}, {sector}",
        "ubicacion": f"{-1.2381 + chance.uniform(-.006, .006):.5f} "
                     f"{-77.6853 + chance.uniform(-.006, .006):.5f}",
        "fecha": f"{moment:%Y-%m-%d}", "hora": f"{moment:%H:%M}", "consenso": "si",
        "mujeres": str(chance.randint(2, 9)), "hombres": str(chance.randint(1, 7)),
        "presentes": chance.choice(("jovenes", "jovenes indigenas", "mayores indigenas")),
        "tipo": kind, "iluminacion": str(light), "gente": chance.choice(("nadie", "poca", "mucha")),
        "visibilidad": chance.choice(("si", "parte", "no")),
        "salida": chance.choice(("si", "lejos", "no")),
        "factores": "oscuro " + _some(chance, ("escondites", "abandono", "solo", "alcohol"), 2),
        "protege": chance.choice(("vecinos", "comercio", "uso", "ninguno")),
        "horario": chance.choice(("noche", "anochecer noche", "noche finde")),
        "ocurre": chance.choice(("robo", "robo acoso", "pelea", "nada")),
        "afecta": chance.choice(("mujeres", "mujeres jovenes", "ninas mujeres", "todos")),
        "gravedad": str(6 - light - (light > 1)),
        "tendencia": chance.choice(("igual", "peor", "peor", "mejor")),
        "responsable": chance.choice(("municipio", "electrica municipio", "municipio comunidad")),
        "propuesta": chance.choice(_WISHES[:4]), "plazo": chance.choice(("ya", "3meses", "ano")),
    }  # fmt: skip


def perception(chance: random.Random) -> Answers:
    """Answers to the short form “percepcion”."""
    found = {
        "acepta": "si", "sexo": chance.choice(("mujer", "hombre")),
        "edad": str(chance.randint(18, 82)), "barrio": chance.choice(SECTORS)[0],
        "de_noche": chance.choice(("mucho", "algo", "poco", "poco", "nada")),
        "problemas": _some(chance, ("luz", "robo", "alcohol", "terreno", "agua"), 2),
        "victima": chance.choice(("si", "no", "no", "no")),
    }  # fmt: skip
    if found["victima"] == "si":
        found["denuncio"] = chance.choice(("si", "no", "no"))
    if found.get("denuncio") == "no":
        found["por_que_no"] = chance.choice(("No sirve de nada", "Por miedo", "Queda lejos"))
    return found | {"propuesta": chance.choice(_WISHES)}


def _weighed(chance: random.Random, weights: dict[str, int]) -> str:
    return chance.choices(list(weights), list(weights.values()))[0]


def _some(chance: random.Random, known: Sequence[str], most: int) -> str:
    """One to ``most`` different choices, in the order they are known."""
    wanted = set(chance.sample(sorted(set(known)), chance.randint(1, most)))
    return " ".join(dict.fromkeys(one for one in known if one in wanted))
