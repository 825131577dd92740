"""What the demo's two committees talk about in a year: made up, and such as they really do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Member:
    """A seat, whoever holds it and stands in; sex, age band and ethnicity are the holder's."""

    role: str
    institution: str
    holder: str
    traits: tuple[str, str, str]
    alternate: str = ""
    votes: bool = True


@dataclass(frozen=True)
class Promise:
    """Who does what within how many days; ``heard`` is what each later session is told of it.

    The last word heard is its state: met, partly_met, under_way …; nothing heard leaves it open.
    """

    text: str
    seat: int
    days: int
    heard: tuple[tuple[str, str], ...] = ()
    proof: str = ""


@dataclass(frozen=True)
class Point:
    """A point of the agenda: what was said and, if any, the motion and how it is voted."""

    title: str
    said: str
    motion: str = ""
    vote: str = "ordinary"
    against: int = 0
    abstaining: int = 0
    promises: tuple[Promise, ...] = ()


@dataclass(frozen=True)
class Session:
    """One meeting. ``away`` are the seats nobody takes; ``late`` come after it began."""

    subject: str
    points: tuple[Point, ...]
    type: str = "ordinary"
    away: tuple[int, ...] = ()
    excused: tuple[int, ...] = ()
    late: tuple[int, ...] = ()
    leaves: tuple[int, ...] = ()
    alternates: tuple[int, ...] = ()
    delegate: tuple[int, str, str] | None = None
    guests: tuple[tuple[str, str], ...] = ()
    second_call: bool = False


@dataclass(frozen=True)
class Committee:
    """A committee, its rules and its year; ``keeper`` is the seat that keeps the minutes."""

    name: str
    fields: tuple[str, ...]
    rules: tuple[str, ...]
    members: tuple[Member, ...]
    sessions: tuple[Session, ...]
    venue: str
    starts: int
    keeper: int
    last_days_ago: int


_F, _M = "female", "male"
COUNCIL = Committee(
    "Consejo Cantonal de Seguridad Ciudadana de Arajuno",
    ("type=cantonal_council", "cadence=month", "act_prefix=CCSC", "resolution_prefix=R-CCSC",
     "legal_basis=Ordenanza 04-2025, que crea el Consejo (ejemplo)", "usual_place=Salón municipal"),
    ("article=Ordenanza 04-2025", "quorum=half_plus_one", "quorum_article=Art. 9",
     "second_call_after=60", "second_call_article=Art. 10", "notice_ordinary=48",
     "notice_extraordinary=24", "notice_article=Art. 7", "majority=simple_present",
     "majority_article=Art. 12", "casting_vote=yes", "casting_article=Art. 13"),
    (
        Member("Alcaldía", "Municipio de Arajuno", "Marcia Vargas Santi", (_F, "45-64", "mestizo"),
               "Darwin Mayancha Ruiz"),
        Member("Policía Nacional", "Distrito de Policía", "Jorge Mena Salcedo",
               (_M, "30-44", "mestizo"), "Paola Chicaiza Vera"),
        Member("Jefatura Política", "Gobernación de Pastaza", "Inés Andrade López",
               (_F, "45-64", "mestizo")),
        Member("Junta parroquial de Curaray", "GAD parroquial de Curaray", "Bolívar Santi Inmunda",
               (_M, "45-64", "indigenous"), "Gloria Aranda Tanguila"),
        Member("Nacionalidad kichwa", "Asociación de comunidades kichwas", "Delia Grefa Alvarado",
               (_F, "30-44", "indigenous"), "Wilmer Grefa Cerda"),
        Member("Nacionalidad waorani", "Organización waorani", "Amo Enqueri Nihua",
               (_M, "30-44", "indigenous")),
        Member("Fiscalía", "Fiscalía de Pastaza", "Lucía Paredes Moya", (_F, "30-44", "mestizo"),
               "Esteban Ríos Cueva"),
        Member("Centro de salud", "Distrito de Salud", "Andrea Licuy Shiguango",
               (_F, "30-44", "indigenous")),
        Member("Educación", "Unidad educativa Arajuno", "Nelson Calapucha Andi",
               (_M, "45-64", "indigenous"), "Verónica Ushigua Mucushigua"),
        Member("Barrios", "Federación de barrios", "Carmen Illanes Pozo", (_F, "65+", "mestizo"),
               "Segundo Toapanta Lema"),
        Member("Comercio", "Asociación de comerciantes", "Franklin Guevara Tite",
               (_M, "45-64", "mestizo")),
        Member("Secretaría", "Municipio de Arajuno", "Rosa Tapuy Mamallacta",
               (_F, "30-44", "indigenous"), votes=False),
    ),
    (
        Session(
            "Instalación del Consejo y plan de trabajo",
            (Point("Plan de trabajo del año",
                   "La Alcaldía presenta un plan en cuatro ejes: alumbrado, alarmas comunitarias, "
                   "transporte seguro por el río y diagnóstico participativo. Se pide que cada eje "
                   "tenga una persona responsable y una fecha.",
                   "Aprobar el plan de trabajo en cuatro ejes", promises=(
                       Promise("Entregar el cronograma por escrito a cada institución", 0, 15,
                               (("met", "Se entregó a todas las instituciones."),),
                               "Oficio con recibido"),
                       Promise("Nombrar a una persona de enlace por institución", 2, 20,
                               (("under_way", "Faltan dos instituciones."),
                                ("met", "Todas nombraron enlace.")))),),),
            type="inaugural", alternates=(6,)),
        Session(
            "Diagnóstico participativo",
            (Point("Encuesta, grupos focales y recorridos",
                   "Se explica cómo se hará el diagnóstico: trescientas entrevistas, tres grupos "
                   "focales y recorridos nocturnos. No se anotan nombres. La nacionalidad waorani "
                   "pide que se hable también en wao tededo.",
                   "Realizar el diagnóstico con encuesta, grupos focales y recorridos",
                   promises=(Promise("Conseguir traducción oral al kichwa y al wao tededo", 5, 40,
                                     (("under_way", "Hay traductora de kichwa."),
                                      ("met", "Las dos traductoras acompañan al equipo."))),)),),
            away=(10,), late=(3,)),
        Session(
            "Alumbrado público",
            (Point("Calles sin luz",
                   "La Federación de barrios entrega una lista de treinta y un postes sin luz. La "
                   "empresa eléctrica ofrece revisar la mitad este trimestre.",
                   "Pedir a la empresa eléctrica la reparación de los 31 postes", against=1,
                   promises=(Promise("Entregar la lista georreferenciada de postes", 9, 10,
                                     (("met", "Lista entregada con coordenadas."),), "Lista firmada"),
                             Promise("Reparar los 31 postes de la lista", 0, 90,
                                     (("under_way", "Van 12 de 31."), ("under_way", "Van 19 de 31."),
                                      ("partly_met", "Van 24 de 31; faltan repuestos.")))),),),
            excused=(5,), guests=(("Ing. Mario Cobos", "Empresa eléctrica"),)),
        Session(
            "Alarmas comunitarias",
            (Point("Estado de las alarmas",
                   "De dieciocho alarmas instaladas suenan once. En Santa Rosa nadie tiene la clave "
                   "del tablero. Se propone probarlas el primer sábado de cada mes.",
                   "Probar todas las alarmas el primer sábado de cada mes", vote="nominal",
                   against=2, abstaining=1,
                   promises=(Promise("Probar las alarmas y anotar cuáles suenan", 1, 20,
                                     (("met", "Suenan 13 de 18."),)),
                             Promise("Entregar la clave del tablero de Santa Rosa", 9, 8,
                                     (("met", "Entregada a la nueva directiva."),)))),),
            alternates=(8,), leaves=(2,)),
        Session(
            "Robos de motores fuera de borda",
            (Point("Tres robos en el puerto en una semana",
                   "La Policía informa de tres motores robados en el puerto. Se pide vigilancia de "
                   "noche y un registro de motores con número y fotografía.",
                   "Abrir un registro voluntario de motores fuera de borda", promises=(
                       Promise("Abrir el registro de motores en la Jefatura Política", 2, 15,
                               (("under_way", "Hay 14 motores registrados."),
                                ("met", "Hay 41 motores registrados."))),)),),
            type="extraordinary", away=(8, 10), delegate=(6, "Tania Bravo Sisa", "Oficio 118-FGE")),
        Session(
            "Transporte seguro por el río",
            (Point("Horario y lista de pasajeros",
                   "Las comunidades piden horario fijo de canoas y lista de pasajeros. Se acuerda "
                   "probarlo dos meses en la ruta a Curaray.",
                   "Probar horario fijo y lista de pasajeros en la ruta a Curaray", abstaining=1,
                   promises=(Promise("Imprimir y repartir las listas de pasajeros", 3, 12,
                                     (("met", "Se usan en cuatro canoas."),)),)),),
            away=(5,), excused=(7,), second_call=True),
        Session(
            "Consumo de alcohol en espacios públicos",
            (Point("Ordenanza de espacios públicos",
                   "Se revisa el borrador. Salud pide que lo recaudado vaya a prevención; comercio "
                   "pide reglas claras para las fiestas.",
                   "Remitir el borrador de ordenanza al Concejo Municipal", vote="nominal", against=1,
                   promises=(Promise("Enviar el borrador con las observaciones", 0, 15,
                                     (("met", "Enviado; primer debate aprobado."),), "Oficio"),)),),
            alternates=(1,), late=(9,)),
        Session(
            "Resultados del diagnóstico",
            (Point("Qué dicen las encuestas y los grupos",
                   "Se presentan los resultados en totales grandes. Lo que más preocupa es la falta "
                   "de luz y la distancia de las autoridades. Se acuerda devolverlos a cada "
                   "comunidad en asamblea y en su idioma.",
                   "Devolver los resultados a las comunidades en asamblea", promises=(
                       Promise("Organizar ocho asambleas de devolución", 4, 60,
                               (("under_way", "Van tres asambleas."),
                                ("under_way", "Van seis asambleas."))),)),
             Point("Recursos para el próximo año",
                   "La Alcaldía informa que el presupuesto se aprueba en noviembre.")),
            guests=(("María Andi", "Equipo de diagnóstico"),)),
        Session(
            "Jóvenes y espacios de encuentro",
            (Point("Cancha de Santa Rosa",
                   "La unidad educativa ofrece talleres si hay luz en la cancha. El barrio ofrece "
                   "cuidar los materiales.",
                   "Recuperar la cancha de Santa Rosa con luz y talleres", promises=(
                       Promise("Instalar dos reflectores en la cancha", 0, 30, (),
                               "Acta de entrega"),
                       Promise("Preparar el calendario de talleres", 8, 20,
                               (("met", "Calendario publicado en la cancha."),)))),),
            away=(2,), leaves=(10,)),
        Session(
            "Presidencia alterna y plan 2027",
            (Point("Elección de la presidencia alterna",
                   "Se proponen dos nombres y se vota en secreto.",
                   "Elegir a Delia Grefa Alvarado para la presidencia alterna", vote="secret",
                   against=2, abstaining=1),
             Point("Ejes del plan 2027",
                   "Se recogen aportes por institución hasta la próxima sesión.",
                   promises=(Promise("Entregar por escrito los aportes al plan 2027", 7, 12),))),
            excused=(10,), alternates=(3,)),
        Session(
            "Plan cantonal de seguridad 2027",
            (Point("Primer borrador del plan",
                   "Se lee el borrador por ejes. Se pide agregar indicadores con línea base y quién "
                   "los mide cada mes.",
                   "Aprobar la estructura del plan cantonal 2027", abstaining=1, promises=(
                       Promise("Agregar indicadores y línea base al plan", 6, 14),
                       Promise("Medir con la comunidad las alarmas que suenan", 1, 21))),),
            late=(4,)),
        Session(
            "Seguridad en las fiestas de noviembre",
            (Point("Operativo de fiestas",
                   "Se reparten turnos entre Policía, Salud y los barrios. Falta confirmar la "
                   "ambulancia y el horario de cierre.",
                   "Aprobar los turnos del operativo de fiestas", against=1, promises=(
                       Promise("Confirmar la ambulancia para las tres noches", 7, 9),
                       Promise("Publicar el horario de cierre de locales", 0, 6))),),
            away=(6,), guests=(("Sgto. Luis Chango", "Cuerpo de Bomberos"),)),
    ),
    "Salón municipal, Arajuno", 15, 11, 10,
)  # fmt: skip

BARRIO = Committee(
    "Comité de seguridad del barrio Santa Rosa",
    ("type=neighbourhood", "cadence=month", "act_prefix=BSR", "usual_place=Casa barrial",
     "legal_basis=Estatuto del barrio (ejemplo)"),
    ("article=Estatuto del barrio", "quorum=half_plus_one", "quorum_article=Art. 5",
     "second_call_after=30", "second_call_article=Art. 6", "notice_ordinary=24",
     "majority=simple_votes", "majority_article=Art. 8", "casting_vote=yes"),
    (
        Member("Presidencia", "Barrio Santa Rosa", "Segundo Toapanta Lema", (_M, "45-64", "mestizo"),
               "Mónica Aguinda Grefa"),
        Member("Secretaría", "Barrio Santa Rosa", "Jenny Shiguango Yumbo",
               (_F, "18-29", "indigenous")),
        Member("Tesorería", "Barrio Santa Rosa", "Olga Pérez Naula", (_F, "65+", "mestizo")),
        Member("Alarmas", "Barrio Santa Rosa", "Kléver Andi Tapuy", (_M, "30-44", "indigenous"),
               "Patricio Vargas Illanes"),
        Member("Escuela", "Comité de familias", "Marlene Cerda Alvarado",
               (_F, "30-44", "indigenous")),
        Member("Jóvenes", "Club Río Arajuno", "Alexis Mayancha Vega", (_M, "18-29", "indigenous")),
        Member("Policía comunitaria", "Unidad de policía comunitaria", "Diego Salazar Ortiz",
               (_M, "30-44", "mestizo")),
    ),
    (
        Session("Formación del comité",
                (Point("Quién hace qué", "Se reparten las tareas y se fija el primer lunes del mes.",
                       "Reunirse el primer lunes de cada mes"),), type="inaugural"),
        Session("Alarma del tablero norte",
                (Point("La alarma no suena", "Nadie tiene la clave del tablero norte.",
                       "Pedir la clave al municipio", promises=(
                           Promise("Pedir la clave del tablero norte", 3, 10,
                                   (("met", "El municipio entregó la clave."),)),)),), late=(6,)),
        Session("Lote junto a la escuela",
                (Point("Lote abandonado", "El dueño vive en Puyo y acepta que el barrio lo limpie.",
                       "Hacer una minga el sábado", promises=(
                           Promise("Limpiar el lote junto a la escuela", 4, 8,
                                   (("met", "Minga con 38 personas."),)),
                           Promise("Cercar el lote", 2, 30,
                                   (("under_way", "Hay postes; falta alambre."),)))),), away=(6,)),
        Session("Luz en la cancha",
                (Point("Reflectores", "Los jóvenes dejan la cancha a las seis porque no hay luz.",
                       "Pedir reflectores al Consejo Cantonal", promises=(
                           Promise("Llevar el pedido de reflectores al Consejo", 0, 20,
                                   (("met", "Tratado en el Consejo Cantonal."),)),)),),
                alternates=(0,)),
        Session("Chat del barrio",
                (Point("Reglas del chat", "Circulan rumores. Se acuerda avisar solo lo que se vio y no "
                       "poner nombres ni fotos de nadie.", "Aprobar las reglas del chat",
                       abstaining=1),), away=(5, 6), second_call=True),
        Session("Robos en la parada",
                (Point("Parada de buses", "Dos robos a estudiantes en un mes, a la salida de la tarde.",
                       "Acompañar la salida de la tarde por turnos", against=1, promises=(
                           Promise("Hacer el cuadro de turnos de la parada", 1, 7,
                                   (("met", "Cuadro pegado en la casa barrial."),)),)),),
                guests=(("Rectora Ana Loor", "Unidad educativa Arajuno"),)),
        Session("Prueba de alarmas",
                (Point("Resultado de la prueba", "Suenan cuatro de cinco. La quinta espera batería.",
                       promises=(Promise("Cambiar la batería de la quinta alarma", 3, 15),)),),
                excused=(2,)),
        Session("Turnos de la parada",
                (Point("Cansancio en los turnos", "Vienen siempre las mismas personas. Se pide que la "
                       "Policía cubra dos tardes.", "Pedir a la Policía dos tardes por semana",
                       promises=(Promise("Cubrir dos tardes por semana en la parada", 6, 30),)),),
                away=(5,), leaves=(4,)),
        Session("Seguir o descansar",
                (Point("Qué hacemos en vacaciones", "Se propone descansar un mes y volver en agosto con "
                       "nueva directiva.", "Descansar un mes", against=2),), away=(2, 6)),
    ),
    "Casa barrial de Santa Rosa", 19, 1, 110,
)  # fmt: skip
