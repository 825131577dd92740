"""Three focus groups of the demo: who sat there under which alias, and what was said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app.demo.laptop import Clock, Run


@dataclass(frozen=True)
class Talk:
    """A focus group; a turn is (key or alias, words, may be quoted)."""

    topic: str
    profile: str
    venue: str
    days_ago: int
    guide: tuple[str, ...]
    seats: tuple[tuple[str, str, str, str], ...]
    turns: tuple[tuple[str, str, bool], ...]
    note: str


_GUIDE = (
    "¿Cómo es un día tranquilo aquí?", "¿Dónde y a qué hora se siente inseguridad?",
    "¿Qué hace la comunidad cuando pasa algo?", "¿Qué haría falta primero?",
)  # fmt: skip
TALKS = (
    Talk(
        "La noche en Santa Rosa", "Mujeres del barrio, 18 a 64 años", "Casa barrial", 34, _GUIDE,
        (("M1", "female", "30-44", "mestizo"), ("M2", "female", "18-29", "indigenous"),
         ("M3", "female", "45-64", "mestizo"), ("M4", "female", "30-44", "indigenous"),
         ("M5", "female", "45-64", "indigenous"), ("M6", "female", "18-29", "mestizo")),
        (
            ("0", "Gracias por venir. Nadie dirá nombres, ni el suyo ni el de otras personas.", False),
            ("M1", "De día se anda bien. A las seis y media ya no: la calle de la escuela no tiene luz.",
             True),
            ("M3", "Antes salíamos a conversar en la vereda. Ahora cada quien adentro.", True),
            ("M2", "Yo estudio de noche y vuelvo con mi hermano hasta la puerta.", True),
            ("M5", "Hay un lote junto a la escuela. Ahí se reúnen a tomar los viernes.", False),
            ("0", "¿Y cuando pasa algo, qué hacen?", False),
            ("M4", "Avisamos por el chat. Pero unas veces es cierto y otras es puro rumor.", True),
            ("M1", "La alarma no suena desde hace meses y nadie tiene la clave del tablero.", True),
            ("M6", "Llamamos y nos dicen que no hay patrullero. Así una deja de llamar.", True),
            ("M3", "Cuando vino la vecina con el pito salimos todas. Eso sí funciona.", True),
            ("0", "Si pudieran pedir una sola cosa, ¿cuál sería?", False),
            ("M2", "Luz. Con luz una ve quién viene.", True),
            ("M5", "Que limpien el lote y que los jóvenes tengan qué hacer.", True),
            (".", "Luz y que contesten.", False),
        ),
        "Al hablar del lote bajaron la voz; convenía no insistir.",
    ),
    Talk(
        "Los jóvenes y la cancha", "Jóvenes de 18 a 29 años, mujeres y hombres",
        "Unidad educativa Arajuno", 27, _GUIDE,
        (("J1", "male", "18-29", "indigenous"), ("J2", "female", "18-29", "indigenous"),
         ("J3", "male", "18-29", "mestizo"), ("J4", "female", "18-29", "mestizo"),
         ("J5", "male", "18-29", "indigenous")),
        (
            ("0", "Hablemos de los lugares de ustedes: dónde están a gusto y dónde no.", False),
            ("J1", "La cancha era nuestra. Ahora a las seis apagan todo y toca irse.", True),
            ("J2", "A las chicas no nos dejan quedarnos. Dicen que es por nuestro bien.", True),
            ("J3", "La policía nos revisa las mochilas solo por estar sentados.", True),
            ("J4", "En el puente molestan. Yo doy la vuelta larga.", True),
            ("J5", "Si hubiera luz jugaríamos hasta las nueve y habría gente mirando.", True),
            ("0", "¿Qué pondrían ustedes para que eso cambie?", False),
            ("J1", "Nosotros cuidamos los reflectores, si nos dejan la llave.", True),
            ("J2", "Un torneo mixto, con horario para todas.", True),
            ("J3", "Que en el comité haya alguien de nuestra edad que vote.", True),
        ),
        "Dos personas pidieron no ser citadas en lo que dijeron de la policía.",
    ),
    Talk(
        "El río y el camino", "Dirigencia de comunidades del río, kichwa y waorani",
        "Casa comunal de Nushino", 19, _GUIDE,
        (("D1", "male", "45-64", "indigenous"), ("D2", "female", "45-64", "indigenous"),
         ("D3", "male", "30-44", "indigenous"), ("D4", "female", "30-44", "indigenous"),
         ("D5", "male", "65+", "indigenous"), ("D6", "female", "65+", "indigenous"),
         ("D7", "male", "30-44", "indigenous")),
        (
            ("0", "Se habla en el idioma que cada quien quiera; la compañera traduce.", False),
            ("D1", "El río es nuestra calle. Si roban el motor nos dejan sin calle.", True),
            ("D2", "La enferma espera la canoa hasta el otro día. Eso también es inseguridad.", True),
            ("D5", "Antes la asamblea resolvía todo. Todavía resuelve casi todo.", True),
            ("D3", "Poner la denuncia cuesta dos días y el pasaje hasta Puyo.", True),
            ("D4", "Y allá nadie atiende en nuestra lengua.", True),
            ("0", "¿Qué les ha funcionado?", False),
            ("D7", "La radio. Cuando una comunidad avisa, las otras ya están en la orilla.", True),
            ("D6", "Que los mayores acompañen. Con un mayor en la canoa nadie se atreve.", True),
            ("D2", "Una lista de quién sube a la canoa. La estamos probando.", True),
            ("D1", "Que la lancha de la policía venga una vez por mes, aunque no pase nada.", True),
        ),
        "Se tradujo por turnos; tres intervenciones largas quedaron resumidas.",
    ),
)  # fmt: skip


def hold(run: Run, clock: Clock, talk: Talk, space: str, today: date) -> str:
    """Seat the group, let it talk, and note when it ended; returns its id."""
    day = today - timedelta(days=talk.days_ago)
    begins = datetime.combine(day, time(15))
    clock.go(begins - timedelta(minutes=10))
    group = run(
        "group", "new", talk.topic, f"date={day.isoformat()}", "starts=15:00",
        f"profile={talk.profile}", f"venue={talk.venue}", "facilitator_name=María Andi",
        "note_taker=Wilson Licuy", f"guide={chr(10).join(talk.guide)}", "--space", space,
    )["id"]  # fmt: skip
    for chair, (alias, sex, age, ethnicity) in enumerate(talk.seats, start=1):
        run(
            "group", "seat", group, f"alias={alias}", f"sex={sex}", f"age_band={age}",
            f"ethnicity={ethnicity}", "--takes-part", "yes", "--recording", "no", "--quotes",
            "yes" if _quoted(talk, alias) else "no", "--chair", str(chair),
        )  # fmt: skip
    second = 0
    for key, words, quotable in talk.turns:
        clock.go(begins + timedelta(seconds=second))
        run("group", "turn", group, key, words, "--at", str(second), *_marks(quotable))
        second += 20 + len(words) // 2
    clock.go(begins + timedelta(minutes=80))
    run("group", "end", group, "--at", str(second), "--finish")
    run("group", "note", group, talk.note)
    run("record", "set", group, "ends=16:20")
    return str(group)


def _quoted(talk: Talk, alias: str) -> bool:
    return any(one == alias and quotable for one, _words, quotable in talk.turns)


def _marks(quotable: bool) -> list[str]:
    return ["--quotable"] if quotable else []
