"""What the practice project is filled with: a parish and people that do not exist.

Dates are counted from today, so that something is always done, due and overdue.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from sync.values import Value

PARISH: Final = "Parroquia Río Claro"
COUNCIL: Final = "Comité de barrio"
PEOPLE: Final = (("Ana Práctica", "AP"), ("Luis Ensayo", "LE"))
"""Whoever may sit here, so that changing places can be practised too."""
INTERVIEWS: Final = 12

FORM: Final = """
| survey | | | | | | |
| | type | name | label::Español (es) | label::English (en) | relevant | required |
| | select_one si_no | acepta | ¿Acepta responder? | Do you agree to answer? | | yes |
| | begin group | persona | La persona | The person | ${acepta} = 'si' | |
| | select_one sexo | sexo | Sexo | Sex | | yes |
| | integer | edad | Edad en años cumplidos | Age in completed years | | yes |
| | end group | | | | | |
| | begin group | seguridad | Seguridad | Safety | ${acepta} = 'si' | |
| | select_one segura | de_noche | ¿Se siente segura de noche? | Safe here at night? | | yes |
| | select_multiple problema | problemas | ¿Qué problemas hay aquí? | Which problems are here? | | |
| | text | propuesta | ¿Qué haría falta primero? | What is needed first? | | |
| | end group | | | | | |
| choices | | | | | | |
| | list_name | name | label::Español (es) | label::English (en) | | |
| | si_no | si | Sí | Yes | | |
| | si_no | no | No | No | | |
| | sexo | mujer | Mujer | Woman | | |
| | sexo | hombre | Hombre | Man | | |
| | segura | mucho | Muy segura | Very safe | | |
| | segura | poco | Poco segura | A bit unsafe | | |
| | segura | nada | Nada segura | Very unsafe | | |
| | problema | luz | Falta de alumbrado | Lack of lighting | | |
| | problema | robo | Robos | Robberies | | |
| | problema | terreno | Lotes abandonados | Abandoned plots | | |
| settings | | | | | | |
| | form_id | form_title | version | default_language | | |
| | practica | Encuesta de práctica | 1 | Español (es) | | |
"""

ORGANISATIONS: Final = ("Junta parroquial", "Policía comunitaria", "Escuela del barrio")
NEIGHBOURS: Final = ("Carmen Inventada", "Rosendo Imaginario", "Zoila Supuesta")
SEATS: Final = ("Presidencia", "Secretaría", "Vocal por la escuela", "Vocal por las familias")
AGENDA: Final = ("Lectura del acta anterior", "Alumbrado del parque", "Varios")
MEETINGS: Final = (
    (-40, "001", "Plan de alumbrado", "held"),
    (-12, "002", "Parque y parada de buses", "held"),
    (9, "", "Seguimiento de compromisos", "planned"),
)
"""Days from today, number, subject and state."""
COMMITMENTS: Final = (
    ("Pedir el presupuesto de seis luminarias", -20, "open"),
    ("Limpiar el lote junto a la escuela", -3, "under_way"),
    ("Invitar a la policía comunitaria", 10, "open"),
    ("Reparar el portón del parque", -30, "met"),
)
SPEAKERS: Final = (("M1", "female"), ("M2", "female"), ("H1", "male"))
_WISHES: Final = ("Luces en el parque", "Rondas con los vecinos", "Limpiar los lotes")


def answers() -> Iterator[Mapping[str, Value]]:
    """What made-up people answered; the same every time."""
    chance = random.Random(7)
    for _number in range(INTERVIEWS):
        yield {
            "acepta": "si",
            "sexo": chance.choice(("mujer", "hombre")),
            "edad": chance.randint(18, 80),
            "de_noche": chance.choice(("mucho", "poco", "poco", "nada")),
            "problemas": " ".join(_some(chance, ("luz", "robo", "terreno"))),
            "propuesta": chance.choice(_WISHES),
        }


def _some(chance: random.Random, known: Sequence[str]) -> list[str]:
    return sorted(chance.sample(known, chance.randint(1, 2)))
